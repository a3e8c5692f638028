import type { AwsAccess } from '../../aws/clients.ts';
import { logGroups } from '../../aws/log-groups.ts';
import { logs } from '../../aws/logs.ts';
import { metrics } from '../../aws/metrics.ts';
import { secrets } from '../../aws/secrets.ts';
import { ssm } from '../../aws/ssm.ts';
import { checkAccount } from '../../aws/sts.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { PUBLISHED_NAMESPACE, publishedDimensions } from '../../fleet/published-metrics.ts';
import { natsSessions } from '../../nats/sessions.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { lookAtCertificates } from './look-at-certificates.ts';
import { lookAtGateway } from './look-at-gateway.ts';
import { lookAtLogs } from './look-at-logs.ts';
import { lookAtNats } from './look-at-nats.ts';
import { lookAtRedis } from './look-at-redis.ts';
import { type Observation, observationsOf } from './observations.ts';
import type { Raw } from './raw.ts';
import { valuesOf } from './seen.ts';

export interface PublishOptions {
  fleet: Fleet;
  access: AwsAccess;
  /** Asked once, with what was seen; a no is NOT_CONFIRMED. */
  confirm(seen: PublishedValue[]): Promise<void>;
  dryRun: boolean;
  signal: AbortSignal;
}

export interface Published {
  outcome: 'published' | 'dry-run';
  at: string;
  metrics: PublishedValue[];
}

/** Of the fleet where no service is named; without a value, why there is none. */
export interface PublishedValue {
  metric: string;
  service?: string;
  unit: string;
  value?: number;
  missing?: string;
}

/** Milliseconds that CloudWatch gets to take a line before it is counted. */
const SETTLES_WITHIN = 5000;
/** Of lines that nobody has counted, those of the last minutes are; older ones are no news. Milliseconds. */
const LONGEST = 15 * 60_000;

/**
 * Looks at what AWS counts for nobody, and publishes it as metrics. What was not seen is left out: there it is missing,
 * and alarms say what that means. It holds no lock, since a deploy would keep it from its schedule; of two at once, both
 * count the same lines.
 */
export async function publish(options: PublishOptions): Promise<Published> {
  const { fleet, access } = options;
  await checkAccount(access);
  const parameters = ssm(access);
  const before = await readCheckpoint(parameters, fleet);
  const now = new Date(access.serverNow());
  const { raw, next } = await look(options, before, now);
  const observations = observationsOf(raw, fleet, before?.redis, now);
  const answer = { at: now.toISOString(), metrics: observations.map(plainly) };
  if (options.dryRun) return { outcome: 'dry-run', ...answer };
  await options.confirm(answer.metrics);
  await metrics(access).publish(PUBLISHED_NAMESPACE, pointsOf(observations, fleet, now));
  await writeCheckpoint(parameters, fleet, next);
  return { outcome: 'published', ...answer };
}

async function look(
  { fleet, access, signal }: PublishOptions,
  before: Checkpoint | undefined,
  now: Date,
): Promise<{ raw: Raw; next: Checkpoint }> {
  const end = now.getTime() - SETTLES_WITHIN;
  const usual = end - Math.max(fleet.environment.publishEvery, 60) * 1000;
  const start = Math.max((before?.logsUntil ?? usual) + 1, end - LONGEST);
  const sessions = natsSessions(fleet.environment);
  try {
    // One after another: there is time, and on a small machine all at once would make each other look slow.
    const nats = await lookAtNats(fleet, sessions);
    const ends = await lookAtCertificates(fleet, ssm(access));
    const redis = await lookAtRedis(fleet, secrets(access));
    const gateway = await lookAtGateway(fleet, signal);
    const counted = await lookAtLogs(
      fleet.services,
      { start, end },
      { logs: logs(access), groups: logGroups(access) },
    );
    signal.throwIfAborted();
    const evicted = valuesOf(redis).map(({ address, usage: { runId, evicted } }) => [
      address,
      { runId, evicted },
    ]);
    // Nodes that are away are compared with what they said last.
    const next = { logsUntil: end, redis: { ...before?.redis, ...Object.fromEntries(evicted) } };
    return { raw: { nats, redis, ends, logs: counted, gateway }, next };
  } finally {
    await sessions.close();
  }
}

function pointsOf(observations: Observation[], fleet: Fleet, at: Date) {
  const fine = fleet.environment.publishEvery < 60;
  return observations.flatMap(({ metric: { name, unit }, service, ...seen }) =>
    'value' in seen
      ? [{ ...{ name, unit, at, fine, value: seen.value }, dimensions: publishedDimensions(fleet, service) }]
      : [],
  );
}

function plainly({ metric: { name, unit }, service, ...seen }: Observation): PublishedValue {
  return {
    metric: name,
    ...(service !== undefined && { service: service.name }),
    unit,
    ...('value' in seen ? { value: seen.value } : { missing: seen.why }),
  };
}
