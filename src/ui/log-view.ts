import type { FollowEvent } from '../lib/observe/follow/follow.ts';
import { jsonLine } from './json-lines.ts';
import { type LogTextOptions, logText } from './log-text.ts';
import type { Progress } from './progress.ts';

/** One view of what the tasks write. */
export interface LogView {
  show(event: FollowEvent): void;
}

interface Outputs {
  out(text: string): void;
  progress: Progress;
  text: LogTextOptions;
}

/** Every line is an object; a mark is one too, with `mark` in place of a message. Notes go to standard error. */
export function jsonLogView({ out, progress }: Pick<Outputs, 'out' | 'progress'>): LogView {
  return {
    show(event) {
      if (event.type === 'lines') out(event.lines.map((line) => jsonLine('gsys/logs/v1', line)).join(''));
      if (event.type === 'mark') out(jsonLine('gsys/logs/v1', { mark: event.text }));
      if (event.type === 'note') progress.note(event.text);
    },
  };
}

/** For a person: what is said of the following goes to standard error. */
export function textLogView({ out, progress, text }: Outputs): LogView {
  return {
    show(event) {
      if (event.type === 'lines') out(event.lines.map((line) => `${logText(line, text)}\n`).join(''));
      if (event.type === 'mark') out(`${text.paint('dim', `… ${event.text} …`)}\n`);
      if (event.type === 'note') progress.note(event.text);
    },
  };
}
