import type { DeployEvent } from '../lib/release/events.ts';
import { deployText, progressText, resultText } from './deploy-text.ts';
import { jsonLine } from './json-lines.ts';
import type { Paint } from './paint.ts';
import type { Progress } from './progress.ts';

/** One view of a release's events. */
export interface DeployView {
  show(event: DeployEvent): void;
  /** A line for a person, besides the events. */
  note(text: string): void;
  /** Leaves the screen in order, whatever happened. */
  end(): void;
}

interface Outputs {
  out(text: string): void;
  progress: Progress;
  /** For standard error, where everything but the result goes. */
  paint: Paint;
}

/** Every event as it is. */
export function jsonView({ out, progress }: Pick<Outputs, 'out' | 'progress'>): DeployView {
  return {
    show: (event) => out(jsonLine('gsys/deploy/v1', event)),
    note: (text) => progress.note(text),
    end: () => progress.end(),
  };
}

/** For a person without a terminal: each step is a line. */
export function textView({ out, progress, paint }: Outputs): DeployView {
  const quiet = quieter();
  return {
    note: (text) => progress.note(text),
    end: () => progress.end(),
    show(event) {
      for (const line of deployText(quiet(event), paint)) progress.note(line);
      if (event.type === 'progress' && event.stopped === undefined) progress.step(progressText(event));
      if (event.type === 'gate-waiting') progress.step(`wave ${event.wave}: waiting for ${event.detail}`);
      if (event.type !== 'result') return;
      progress.end();
      out(`${resultText(event, paint).join('\n')}\n`);
    },
  };
}

/** Tasks that stop for the same reason say the same: the words of the first are enough. */
export function quieter(): (event: DeployEvent) => DeployEvent {
  const heard = new Set<string>();
  return (event) => {
    if (event.type !== 'progress' || event.stopped === undefined) return event;
    const key = `${event.service} ${event.stopped.reason}`;
    if (heard.has(key)) return { ...event, stopped: { ...event.stopped, logs: [] } };
    heard.add(key);
    return event;
  };
}
