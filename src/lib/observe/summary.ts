import { afterAwake } from '../awake.ts';
import type { AwsAccess } from '../aws/clients.ts';
import { logs } from '../aws/logs.ts';
import { secrets } from '../aws/secrets.ts';
import { messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { natsSessions } from '../nats/sessions.ts';
import { redisLogin } from '../redis/login.ts';
import { type RecordedRelease, readRecent } from '../release/history.ts';
import { type ListedAlarm, listAlarms } from './alarms/list.ts';
import { alarmSources } from './alarms/sources.ts';
import { lookAtNodes, type NodeAnswer } from './look/nodes.ts';
import { lookAtRedis, type RedisAnswer } from './look/redis.ts';
import { servedSlots, shardsOf } from './shards.ts';

/** What the rest of the fleet looks like, besides its services. What was not seen in time says so, and nothing else. */
export interface FleetSummary {
  nats: NatsSummary | Unseen;
  redis: RedisSummary | Unseen;
  alarms: AlarmSummary | Unseen;
  /** Null: none is on record. */
  lastRelease: RecordedRelease | null | Unseen;
}

export interface Unseen {
  unseen: string;
}

export interface Silent {
  node: string;
  why: string;
}

export interface NatsSummary {
  nodes: number;
  answered: number;
  /** Of those that answered, how many have a route to every other node of the definition. */
  meshed: number;
  silent: Silent[];
}

export interface RedisSummary {
  nodes: number;
  answered: number;
  silent: Silent[];
  /** Shards of the definition, and those whose primary answers. */
  shards: number;
  served: number;
  /** Of 16384. */
  slots: number;
  /** Replicas whose link to such a primary is up. */
  replicas: number;
}

export interface AlarmSummary {
  alarms: number;
  firing: { alarm: string; since?: string }[];
  /** In CloudWatch's state INSUFFICIENT_DATA. */
  withoutData: number;
  /** Defined, and not in CloudWatch. */
  missing: number;
}

/**
 * All four at once.
 * @param enough settles when nobody waits any longer
 */
export async function summarise(
  fleet: Fleet,
  access: AwsAccess,
  enough: Promise<unknown>,
): Promise<FleetSummary> {
  const { environment } = fleet;
  const sessions = natsSessions(environment);
  const late = enough.then(() => ({ unseen: 'it did not answer in time' }));
  const inTime = async <T>(asked: Promise<T>): Promise<T | Unseen> => {
    const answered = asked.catch((error): Unseen => ({ unseen: messageOf(error) }));
    return await Promise.race([answered, late]);
  };
  const redis = async () =>
    redisSummary(
      fleet,
      await lookAtRedis(environment.redis.endpoints, await redisLogin(environment, secrets(access).value)),
    );
  try {
    const [nats, shards, alarmed, lastRelease] = await Promise.all([
      inTime(lookAtNodes(environment.nats.nodes, sessions.system).then(natsSummary)),
      inTime(redis()),
      inTime(listAlarms(fleet, fleet.services, alarmSources(access)).then(alarmSummary)),
      inTime(readRecent(logs(access), fleet, 1).then(([newest]) => newest ?? null)),
    ]);
    return { nats, redis: shards, alarms: alarmed, lastRelease };
  } finally {
    void sessions.close();
  }
}

/** Settles when the main work has, and not before this process was awake for so many milliseconds. */
export async function notBefore(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const awake = new Promise<void>((resolve) => afterAwake(milliseconds, resolve));
  await Promise.all([work.catch(() => undefined), awake]);
}

/** Pure. */
export function natsSummary(answers: NodeAnswer[]): NatsSummary {
  const looks = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  return {
    nodes: answers.length,
    answered: looks.length,
    meshed: looks.filter(({ peers }) => peers.length === answers.length - 1).length,
    silent: silentOf(answers),
  };
}

/** Pure. */
export function redisSummary({ redis }: Pick<Fleet, 'redis'>, answers: RedisAnswer[]): RedisSummary {
  const shards = shardsOf(answers);
  const silent = silentOf(answers);
  return {
    nodes: answers.length,
    answered: answers.length - silent.length,
    silent,
    shards: redis.shards,
    served: shards.length,
    slots: servedSlots(shards),
    replicas: shards.reduce((sum, { replicas }) => sum + replicas.length, 0),
  };
}

/** Pure. */
export function alarmSummary(listed: ListedAlarm[]): AlarmSummary {
  const inState = (wanted: string) => listed.filter(({ state }) => state === wanted);
  return {
    alarms: listed.length,
    firing: inState('ALARM').map(({ alarm, since }) => ({
      alarm,
      ...(since !== undefined && { since }),
    })),
    withoutData: inState('INSUFFICIENT_DATA').length,
    missing: inState('MISSING').length,
  };
}

function silentOf(answers: (NodeAnswer | RedisAnswer)[]): Silent[] {
  return answers.flatMap(({ node, answer }) => (answer.ok ? [] : [{ node, why: answer.why }]));
}
