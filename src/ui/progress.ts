import type { Paint } from './paint.ts';

/** What a long command tells a person meanwhile: on standard error, never in the result. */
export interface Progress {
  /** What is being done now; replaces the step before. */
  step(text: string): void;
  /** How far the step has come, where it can be shown in its place. */
  update(text: string): void;
  /** The step is over, with this to remember. */
  done(text: string): void;
  /** A line that stays. */
  note(text: string): void;
  /** Clears what is not meant to stay. */
  end(): void;
}

interface Options {
  stream: NodeJS.WriteStream;
  paint: Paint;
  now: () => number;
}

/** A moving line on a terminal; elsewhere one plain line per step that is over, so that a log stays readable. */
export function createProgress({ stream, paint, now }: Options): Progress {
  return stream.isTTY ? terminalProgress(stream, paint, now) : plainProgress(stream, now);
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

function terminalProgress(stream: NodeJS.WriteStream, paint: Paint, now: () => number): Progress {
  let current: { text: string; since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;
  const clear = () => stream.write('\r\u001b[2K');
  const draw = () => {
    if (current === undefined) return;
    const mark = paint('cyan', FRAMES[frame++ % FRAMES.length] ?? '');
    const line = `${current.text} ${paint('dim', seconds(now() - current.since))}`;
    clear();
    stream.write(`${mark} ${shorten(line, stream.columns)}`);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    if (current !== undefined) clear();
    current = undefined;
  };
  return {
    step(text) {
      current = { text, since: now() };
      timer ??= setInterval(draw, FRAME_MS).unref();
      draw();
    },
    update(text) {
      if (current !== undefined) current.text = text;
    },
    done(text) {
      const took = current === undefined ? '' : ` ${paint('dim', seconds(now() - current.since))}`;
      stop();
      stream.write(`${paint('green', '✓')} ${text}${took}\n`);
    },
    note(text) {
      if (current !== undefined) clear();
      stream.write(`${text}\n`);
      draw();
    },
    end: stop,
  };
}

function plainProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  let since: number | undefined;
  return {
    step(text) {
      since = now();
      stream.write(`… ${text}\n`);
    },
    update: () => undefined,
    done(text) {
      stream.write(`✓ ${text}${since === undefined ? '' : ` ${seconds(now() - since)}`}\n`);
      since = undefined;
    },
    note: (text) => void stream.write(`${text}\n`),
    end: () => {
      since = undefined;
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`;
}

function shorten(line: string, columns: number | undefined): string {
  const width = (columns ?? 80) - 3;
  return line.length <= width ? line : line.slice(0, width);
}
