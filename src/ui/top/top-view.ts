import { render, Text, useInput } from 'ink';
import { createElement as h, type ReactElement } from 'react';
import type { TopSnapshot } from '../../lib/observe/top/rows.ts';
import { afterKey, type Effect } from './after-key.ts';
import { type Key, keysOf } from './keys.ts';
import { Coloured } from './line.ts';
import { sceneOf, shownOf } from './shown.ts';
import { initialState, type TopState } from './state.ts';
import { TopScreen } from './top-screen.ts';

interface Options {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  readOnly: boolean;
  coloured: boolean;
  snapshot(): TopSnapshot;
  /** What a key leads to besides another picture. */
  effect(effect: Effect): void;
}

export interface TopView {
  /** Takes the terminal, and draws. */
  show(): void;
  /** Gives it back as it was. */
  hide(): void;
  /** Says something below what another command has left there, while hidden; settles at the next key. */
  anyKey(text: string): Promise<void>;
}

/** Milliseconds between two frames that no key asked for; ages and clocks go on without news. */
const FRAME = 1000;

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html: the other screen, so that what was there before is there again. */
const ENTER = '\u001b[?1049h\u001b[2J\u001b[H';
const LEAVE = '\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';

/** The screen draws what is known and never waits for it: a key is answered from the last snapshot. */
export function topView({ stdin, stdout, readOnly, coloured, snapshot, effect }: Options): TopView {
  let state = initialState(readOnly);
  let seen: TopSnapshot | undefined;
  let screen: ReturnType<typeof render> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const frame = () => {
    seen = snapshot();
    const drawn = h(Interactive, {
      snapshot: seen,
      state,
      columns: stdout.columns,
      lines: stdout.rows,
      onKeys,
    });
    return h(Coloured.Provider, { value: coloured }, drawn);
  };
  const draw = () => screen?.rerender(frame());
  const open = () => {
    screen = render(frame(), {
      stdin,
      stdout,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  };
  const hide = () => {
    if (screen === undefined) return;
    clearInterval(timer);
    stdout.off('resize', resized);
    process.off('exit', hide);
    screen.unmount();
    screen = undefined;
    stdout.write(LEAVE);
  };
  // Where lines were is not where they are: everything is drawn anew.
  const resized = () => {
    screen?.unmount();
    stdout.write(CLEAR);
    open();
  };

  function onKeys(keys: Key[]): void {
    for (const key of keys) {
      const now = seen ?? snapshot();
      const scene = sceneOf(now, shownOf(now, state), state, stdout.rows);
      const step = afterKey(state, key, scene);
      state = step.state;
      if (step.effect !== undefined) effect(step.effect);
    }
    draw();
  }

  return {
    show() {
      stdout.write(ENTER);
      open();
      timer = setInterval(draw, FRAME);
      stdout.on('resize', resized);
      process.once('exit', hide);
    },
    hide,
    async anyKey(text) {
      // What was typed for the command that had the terminal is not for us.
      while (stdin.read() !== null);
      let ask: ReturnType<typeof render> | undefined;
      await new Promise<void>((resolve) => {
        const asked = h(AnyKey, { text, onKey: resolve });
        ask = render(asked, { stdin, stdout, exitOnCtrlC: false, patchConsole: false });
      });
      ask?.unmount();
    },
  };
}

function AnyKey({ text, onKey }: { text: string; onKey(): void }): ReactElement {
  useInput(onKey);
  return h(Text, { bold: true }, text);
}

interface Props {
  snapshot: TopSnapshot;
  state: TopState;
  columns: number;
  lines: number;
  onKeys(keys: Key[]): void;
}

function Interactive({ onKeys, ...props }: Props): ReactElement {
  useInput((input, key) => onKeys(keysOf(input, key)));
  return h(TopScreen, props);
}
