import type { Streams } from '../nats/streams.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../release/apply-changes.ts';
import { lookAtStreams } from './look.ts';
import type { StreamsPlan } from './plan.ts';

/** Milliseconds. Leaders are elected within one or two seconds; a new replica of a full stream takes longer. */
const PATIENCE = 30_000;

/** Makes and changes streams, never deletes one, and ends when each has a leader and all its replicas are current. */
export function applyStreams(
  options: Omit<ApplyOptions<StreamsPlan>, 'patience'>,
  streams: Streams,
): Promise<Applied<StreamsPlan>> {
  return applyChanges(
    {
      look: () => lookAtStreams(options.fleet, streams),
      nameOf: ({ target }) => target.name,
      // Whether it answered in time is no matter: looking again tells.
      make: async ({ target, found }) => {
        await (found === undefined ? streams.create(target) : streams.update(target, found));
      },
      lacks: ({ streams }) =>
        streams.flatMap(({ stream, trouble }) => (trouble === undefined ? [] : `${stream} ${trouble}`)),
      refused: ({ streams }) =>
        streams.flatMap(({ stream, refused }) => refused.map((why) => `${stream} ${why}`)),
      command: 'gsys streams',
    },
    { ...options, patience: PATIENCE },
  );
}
