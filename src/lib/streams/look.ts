import type { Fleet } from '../fleet/fleet.ts';
import type { Streams } from '../nats/streams.ts';
import { planStreams, type StreamChange, type StreamsPlan } from './plan.ts';

/** One look at all streams, next to the definition. */
export async function lookAtStreams(
  { nats, services }: Pick<Fleet, 'nats' | 'services'>,
  streams: Pick<Streams, 'list' | 'version'>,
): Promise<{ plan: StreamsPlan; changes: StreamChange[] }> {
  const made = new Set(services.flatMap(({ state }) => state.stream));
  // Buckets are streams too: https://github.com/nats-io/nats-architecture-and-design, ADR-8 and ADR-20
  const isOurs = (name: string) => /^(KV|OBJ)_/.test(name) || made.has(name);
  return planStreams(nats.streams, await streams.list(), isOurs, streams.version);
}
