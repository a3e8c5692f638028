import type { Fleet, Service } from '../../fleet/fleet.ts';
import { daysLeft } from '../../pki/life.ts';
import type { ListedAlarm } from '../alarms/list.ts';
import { type Shard, shardsOf } from '../shards.ts';
import { type ServiceStatus, statusOf } from '../status.ts';
import { detailOf } from './detail.ts';
import { eventsOf } from './events.ts';
import { type Asked, intervalOf, type OldSince, oldAfter } from './pace.ts';
import { commandRate, nodeRate, type WorkRate, workRates } from './rates.ts';
import type { AlarmRow, NodeRow, ServiceRow, Severity, ShardRow, TopSnapshot } from './rows.ts';
import type { Source } from './source.ts';
import { nodeTrouble, serviceTrouble, shardTrouble } from './trouble.ts';
import type { Watched } from './watched.ts';

/** The fleet as it is to be drawn now, from what was seen last. Pure. @param now milliseconds since the epoch */
export function snapshotOf(fleet: Fleet, watched: Watched, now: number): TopSnapshot {
  const oldSince: OldSince = ({ at, lost }, asked) => {
    if (lost !== undefined) return lost.since;
    const late = at !== undefined && now - at > oldAfter(intervalOf(asked, fleet, watched));
    return late ? at : undefined;
  };
  const services = serviceRows(fleet, watched, oldSince);
  const [newest] = watched.releases.value ?? [];
  const alarmsOldSince = oldSince(watched.alarms, 'alarms');
  return {
    ...{ fleet: fleet.name, environment: fleet.environment.name, at: now },
    protected: fleet.environment.protected,
    lost: lostSources(fleet, watched, oldSince),
    services,
    nodes: nodeRows(fleet, watched, oldSince, now),
    ...shardRows(fleet, watched, oldSince, now),
    alarms: (watched.alarms.value ?? []).map((alarm) => alarmRow(fleet.name, alarm, alarmsOldSince)),
    alarmsOldSince,
    events: eventsOf(fleet, watched),
    release: watched.releases.value === undefined ? undefined : (newest ?? null),
    detail: detailOf(fleet, watched, services, oldSince),
  };
}

/** One line for AWS, however much of it is silent; NATS as a whole, Redis as a whole. */
function lostSources(fleet: Fleet, watched: Watched, oldSince: OldSince): TopSnapshot['lost'] {
  const { endpoint, region } = fleet.environment;
  const aws = endpoint === undefined ? `AWS in ${region}` : `AWS at ${endpoint}`;
  const all: [string, Source<unknown>, Asked][] = [
    [aws, watched.services, 'services'],
    ['NATS', watched.work, 'work'],
    ['Redis', watched.redisAccess, 'redis'],
  ];
  return all.flatMap(([what, source, asked]) => {
    const since = oldSince(source, asked);
    return since === undefined
      ? []
      : [{ what, since, heard: source.at !== undefined, why: source.lost?.why }];
  });
}

function serviceRows(fleet: Fleet, watched: Watched, oldSince: OldSince): ServiceRow[] {
  const statuses = statusesOf(fleet, watched);
  const rates = workRates(watched.work);
  const firing = firingOf(watched.alarms.value ?? []);
  const old = oldSince(watched.services, 'services');
  const workIsOld = oldSince(watched.work, 'work') !== undefined;
  return fleet.services.map((service, i) => {
    const work = workIsOld ? UNKNOWN : workOf(service, rates, watched);
    const facts = {
      ...{ status: statuses?.[i], firing: firing.get(service.name) ?? 0, old: old !== undefined },
      ...{ instances: work.instances, errors: work.errors },
    };
    return {
      ...{ name: service.name, oldSince: old, ...serviceTrouble(facts), ...work },
      ...{ status: facts.status, firing: facts.firing },
      healthKnown: watched.tasks.value !== undefined,
      trail: watched.trails.services[service.name] ?? [],
    };
  });
}

function statusesOf(fleet: Fleet, { services, tasks }: Watched): ServiceStatus[] | undefined {
  return services.value && statusOf(fleet, services.value, tasks.value ?? []);
}

type Work = Omit<WorkRate, 'instances'> & { instances: number | undefined };

const UNKNOWN: Work = {
  ...{ instances: undefined, perSecond: undefined, errors: undefined, latency: undefined },
  lastError: undefined,
};

/** Nobody who answers is none, once somebody could be heard at all. */
function workOf({ name }: Service, rates: Map<string, WorkRate>, { work }: Watched): Work {
  const heard = work.value !== undefined && work.value.length > 0;
  return rates.get(name) ?? { ...UNKNOWN, instances: heard ? 0 : undefined };
}

function firingOf(alarms: ListedAlarm[]): Map<string, number> {
  const firing = new Map<string, number>();
  for (const { service, state } of alarms)
    if (service !== undefined && state === 'ALARM') firing.set(service, (firing.get(service) ?? 0) + 1);
  return firing;
}

function nodeRows({ environment }: Fleet, watched: Watched, oldSince: OldSince, now: number): NodeRow[] {
  const { nodes } = environment.nats;
  // As most see it: one that is cut off has a leader of its own, or none.
  const leader = mostOften(Object.values(watched.nodes).flatMap(({ value }) => value?.leader ?? []));
  return nodes.map(({ name }): NodeRow => {
    const source = watched.nodes[name];
    const { value, lost } = source ?? {};
    const rate = source === undefined || lost ? undefined : nodeRate(source);
    const clients = watched.clients[name]?.value;
    const facts = {
      ...{ lost, peers: value?.peers.length, others: nodes.length - 1, slowNew: rate?.slow },
      encrypted: clients && (clients.all === 0 ? 1 : clients.encrypted / clients.all),
      daysLeft: daysOf(watched, name, ['client', 'route'], now),
    };
    return {
      ...{ name, ...nodeTrouble(facts), oldSince: source && oldSince(source, 'nodes') },
      ...{ peers: facts.peers, others: facts.others, leads: value !== undefined && leader === name },
      ...{ version: value?.version, clients: value?.clients, encrypted: facts.encrypted },
      ...{ perSecond: rate?.messages, bytesPerSecond: rate?.bytes },
      ...{ slow: value?.slowConsumers, slowNew: facts.slowNew },
      ...{ memory: value?.memory, cpu: value?.cpu, storage: value?.storage },
      ...{ daysLeft: facts.daysLeft, trail: watched.trails.nodes[name] ?? [] },
    };
  });
}

/** Of those listeners that showed a certificate, the first to end; undefined where none did. */
function daysOf({ listeners }: Watched, node: string, names: string[], now: number): number | undefined {
  const ends = names.flatMap((listener) => listeners[`${node} ${listener}`]?.value?.notAfter ?? []);
  const days = ends.map((notAfter) => daysLeft({ notAfter }, new Date(now)));
  return days.length === 0 ? undefined : Math.min(...days);
}

function mostOften(names: string[]): string | undefined {
  const count = (name: string) => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => count(b) - count(a))[0];
}

/** Shards by their primaries, then the nodes that are lost and were none. */
function shardRows({ redis }: Fleet, watched: Watched, oldSince: OldSince, now: number) {
  const said = (lost: boolean) =>
    Object.entries(watched.redis).flatMap(([node, source]) =>
      source.value !== undefined && (source.lost !== undefined) === lost
        ? [{ node, answer: { ok: true as const, value: source.value } }]
        : [],
    );
  const live = shardsOf(said(false));
  const gone = shardsOf(said(true));
  const shards = [...live, ...gone].map((shard, i): ShardRow => {
    const source = watched.redis[shard.primary] as Watched['redis'][string];
    const { replicasPerShard } = redis;
    const evictedNew = source.before && shard.memory.evicted - source.before.value.memory.evicted;
    const trouble = shardTrouble({
      ...{ lost: source.lost, state: shard.state, replicas: shard.replicas.length },
      ...{ replicasWanted: replicasPerShard, memoryShare: shareOf(shard), evictedNew },
    });
    return {
      ...{ name: i < live.length ? shard.ranges : `was ${shard.ranges}`, primary: shard.primary, ...trouble },
      oldSince: oldSince(source, 'redis') ?? oldSince(watched.redisAccess, 'redis'),
      ...{ slots: shard.slots, replicas: shard.replicas.length, replicasWanted: replicasPerShard },
      ...{ clients: shard.clients, perSecond: source.lost ? undefined : commandRate(source) },
      ...{ memory: shard.memory.used, memoryLimit: shard.memory.max, evicted: shard.memory.evicted },
      daysLeft: daysOf(watched, shard.primary, ['redis'], now),
    };
  });
  const primaries = new Set(shards.map(({ primary }) => primary));
  const others = Object.entries(watched.redis).flatMap(([node, { lost }]) =>
    lost === undefined || primaries.has(node) ? [] : [lostNode(node, lost)],
  );
  return {
    shards: [...shards, ...others],
    shardsServed: watched.redisAccess.at === undefined ? undefined : live.length,
    shardsWanted: redis.shards,
  };
}

function shareOf({ memory: { used, max } }: Shard): number | undefined {
  return max > 0 ? used / max : undefined;
}

function lostNode(primary: string, { since, why }: { since: number; why: string }): ShardRow {
  return {
    ...{ name: 'lost', primary, severity: 'fail', why, oldSince: since },
    ...{ slots: undefined, replicas: undefined, replicasWanted: 0, clients: undefined },
    ...{ perSecond: undefined, memory: undefined, memoryLimit: undefined, evicted: undefined },
    daysLeft: undefined,
  };
}

const ALARM_SEVERITY: Record<string, Severity> = { OK: 'none', ALARM: 'fail', MISSING: 'warn' };

/** Named without the fleet, which begins the name of each. */
function alarmRow(fleet: string, alarm: ListedAlarm, oldSince: number | undefined): AlarmRow {
  const severity = ALARM_SEVERITY[alarm.state] ?? 'unknown';
  const name = alarm.alarm.startsWith(`${fleet}-`) ? alarm.alarm.slice(fleet.length + 1) : alarm.alarm;
  return { name, severity, why: alarm.reason, oldSince, alarm };
}
