import type { LogEvent } from '../../aws/logs.ts';
import { pause } from '../../pause.ts';
import { readStretch } from './read-stretch.ts';
import type { FollowContext } from './sources.ts';
import type { Target } from './target.ts';

/** Milliseconds between two looks whether there is something to read. */
const TICK = 50;
/** Between two looks whether a group has been made. */
const ABSENT = 5000;

/** Reads what Live Tail does not show, for as long as the follow lasts. */
export async function keepReading(
  target: Target,
  show: (events: LogEvent[]) => void,
  context: FollowContext,
): Promise<never> {
  const { coverage } = target;
  for (;;) {
    const now = context.sources.now();
    const stretch = context.isFull() ? undefined : coverage.next(now);
    if (stretch === undefined) {
      await pause(TICK, context.signal);
      continue;
    }
    const end = coverage.begin(stretch, now);
    for await (const events of readStretch(target, stretch, true, context)) {
      coverage.learnLateness(events);
      show(events);
      while (context.isFull()) await pause(TICK, context.signal);
    }
    target.show(end());
    if (!target.exists) await pause(ABSENT, context.signal);
  }
}
