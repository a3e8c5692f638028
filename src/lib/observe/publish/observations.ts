import type { Fleet } from '../../fleet/fleet.ts';
import { FLEET_METRICS, type PublishedMetric, SERVICE_METRICS } from '../../fleet/published-metrics.ts';
import type { Counted, Evicted, NatsFacts, Raw } from './raw.ts';
import { mapSeen, type Seen, valuesOf, whyNot, worstSeen } from './seen.ts';

/** One metric of this run; of the fleet where no service is named. */
export type Observation = { metric: PublishedMetric; service?: Counted['service'] } & Seen<number>;

/** Milliseconds. */
const DAY = 24 * 3_600_000;

/**
 * What was seen, in the numbers that alarms look at. Pure.
 * @param before keys that Redis had evicted at the run before, by address; undefined at the first
 */
export function observationsOf(
  raw: Raw,
  { watch, environment }: Pick<Fleet, 'watch' | 'environment'>,
  before: Record<string, Evicted> | undefined,
  now: Date,
): Observation[] {
  const peers = environment.nats.nodes.length - 1;
  const ofNats = (pick: (facts: NatsFacts) => number) => raw.nats.map((one) => mapSeen(one, pick));
  const days = raw.ends.map((one) => mapSeen(one, (end) => (end.getTime() - now.getTime()) / DAY));
  const memory = raw.redis.map((one) => mapSeen(one, ({ usage }) => usage.memory));
  const { heartbeat, certificateDays, jetstream, deadLetters, redisMemory, redisEvictions } = FLEET_METRICS;
  return [
    { metric: heartbeat, value: 1 },
    { metric: certificateDays, ...worstSeen(days, Math.min, (left) => left < watch.certificateDays) },
    {
      metric: jetstream,
      ...worstSeen(
        ofNats(({ stored }) => stored),
        Math.max,
        (percent) => percent > watch.jetstream,
      ),
    },
    {
      metric: FLEET_METRICS.peers,
      ...worstSeen(
        ofNats((facts) => facts.peers),
        Math.min,
        (count) => count < peers,
      ),
    },
    { metric: deadLetters, ...lettersOf(raw.nats) },
    { metric: redisMemory, ...worstSeen(memory, Math.max, (percent) => percent > watch.redisMemory) },
    { metric: redisEvictions, ...evictionsOf(raw.redis, before, watch.redisEvictions) },
    ...raw.logs.flatMap(({ service, seen }): Observation[] => [
      { metric: SERVICE_METRICS.errorLogs, service, ...mapSeen(seen, ({ errors }) => errors) },
      ...(service.kind === 'gateway'
        ? [{ metric: SERVICE_METRICS.gatewayErrors, service, ...mapSeen(seen, ({ failures }) => failures) }]
        : []),
    ]),
    ...raw.gateway.map(({ service, seen }) => ({
      metric: SERVICE_METRICS.gatewayLatency,
      service,
      ...mapSeen(seen, median),
    })),
  ];
}

/** Every replica of the stream has its count; one that is behind has less. */
function lettersOf(nats: Raw['nats']): Seen<number> {
  const counts = valuesOf(nats).flatMap(({ letters }) => letters ?? []);
  if (counts.length > 0) return { value: Math.max(...counts) };
  return { why: whyNot(nats) ?? 'no node has the stream of dead letters: gsys streams apply' };
}

/** Since the run before, over all nodes. A node that was started since has counted from nothing. */
function evictionsOf(
  redis: Raw['redis'],
  before: Record<string, Evicted> | undefined,
  most: number,
): Seen<number> {
  if (before === undefined) return { why: 'there was no run before, to compare with' };
  const since = valuesOf(redis).map(({ address, usage: { runId, evicted } }) => {
    const last = before[address];
    if (last === undefined) return 0;
    return last.runId === runId ? Math.max(0, evicted - last.evicted) : evicted;
  });
  const sum = since.reduce((all, one) => all + one, 0);
  const why = redis.length === 0 ? 'there is nobody to ask' : whyNot(redis);
  return why === undefined || sum > most ? { value: sum } : { why };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
