import { render } from 'ink';
import { createElement } from 'react';
import type { DeployEvent } from '../../lib/release/events.ts';
import { type DeployView, quieter } from '../deploy-render.ts';
import { deployText, resultText } from '../deploy-text.ts';
import { type Paint, plain } from '../paint.ts';
import { ReleaseScreen } from './release-screen.ts';
import { emptyView, viewAfter } from './release-state.ts';

interface Terminal {
  stream: NodeJS.WriteStream;
  out(text: string): void;
  paint: Paint;
  now(): number;
}

/** Milliseconds between two frames. */
const FRAME = 200;
/** Events of which a line stays on the screen. */
const KEPT = ['planned', 'locked', 'gate-passed', 'gate-failed', 'rolled-back', 'progress'];

/** For a terminal: the whole release on one screen, moving, and above it what is to be remembered. */
export function liveView({ stream, out, paint, now }: Terminal): DeployView {
  const quiet = quieter();
  const notes: string[] = [];
  let view = emptyView(now());
  let screen: ReturnType<typeof render> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const frame = () =>
    createElement(ReleaseScreen, {
      view: safe(view),
      notes: [...notes],
      now: now(),
      columns: stream.columns,
      lines: stream.rows,
    });
  const draw = () => screen?.rerender(frame());
  const begin = () => {
    screen = render(frame(), { stdout: stream, exitOnCtrlC: false, patchConsole: false });
    timer = setInterval(draw, FRAME);
  };
  const end = () => {
    clearInterval(timer);
    view = { ...view, waiting: undefined };
    draw();
    screen?.unmount();
    screen = undefined;
  };
  const remember = (line: string) => {
    if (screen === undefined) {
      stream.write(`${line}\n`);
      return;
    }
    notes.push(line);
    draw();
  };
  return {
    note: remember,
    end,
    show(event: DeployEvent) {
      view = viewAfter(view, event);
      if (KEPT.includes(event.type)) for (const line of deployText(quiet(event), paint)) remember(line);
      // Before the lock there may be a question, which a moving screen would hide.
      if (event.type === 'locked') {
        view = { ...view, startedAt: now() };
        begin();
      }
      draw();
      if (event.type !== 'result') return;
      end();
      out(`${resultText(event, paint).join('\n')}\n`);
    },
  };
}

/** Reasons hold foreign text. */
function safe(view: ReturnType<typeof emptyView>) {
  return {
    ...view,
    rows: view.rows.map((row) => (row.note === undefined ? row : { ...row, note: plain(row.note) })),
  };
}
