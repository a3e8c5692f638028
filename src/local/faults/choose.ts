import { GsysError } from '../../lib/errors.ts';
import type { Target } from './target.ts';

/** A process that can be broken. */
export interface Subject {
  /** `nats-2`, or `settings/1` for the first task of a service. */
  name: string;
  /** Leads its process group; undefined while it is down. */
  pid: number | undefined;
  /** Where it listens: a task has the address for itself, nodes share one and have the ports. */
  address: string;
  /** Undefined: every port of the address. */
  ports: number[] | undefined;
  /** Where it keeps what it writes. */
  folder: string;
}

/** What there is to break at the moment. */
export interface Inventory {
  tasks: (Subject & { service: string | undefined; ecsService: string | undefined; id: string })[];
  nats: Subject[];
  redis: (Subject & { role: string; shard: number | undefined })[];
  /** The endpoint itself: the supervisor, and where that keeps its state. */
  state: Subject;
  /** Operations of the endpoint by service. */
  operations: Record<string, string[]>;
}

/**
 * The processes that a target means now.
 * @throws GsysError USAGE when it means none, with what there is
 */
export function chooseSubjects(target: Target, inventory: Inventory): Subject[] {
  if (target.kind === 'task') return tasks(target, inventory.tasks);
  if (target.kind === 'nats') return byName(target.name, inventory.nats, 'nats');
  if (target.kind === 'redis') return byName(target.name, inventory.redis, 'redis');
  if (target.kind === 'shard') return shard(target, inventory.redis);
  return [];
}

/** @returns `ecs:DescribeServices` for each operation that a target means. @throws GsysError USAGE */
export function chooseOperations(
  { service, operation }: Extract<Target, { kind: 'aws' }>,
  operations: Inventory['operations'],
): string[] {
  if (service === '*') return ['*'];
  const names = operations[service];
  if (names === undefined) throw none(`aws/${service}`, Object.keys(operations));
  if (operation !== '*' && !names.includes(operation))
    throw none(`aws/${service}:${operation}`, names.toSorted());
  return [`${service}:${operation}`];
}

function tasks({ service, which }: Extract<Target, { kind: 'task' }>, all: Inventory['tasks']): Subject[] {
  const known = [...new Set(all.flatMap((task) => task.service ?? task.ecsService ?? []))];
  const isOf = (task: Inventory['tasks'][number]) =>
    service === undefined || service === '*' || task.service === service || task.ecsService === service;
  const ofService = all.filter(isOf);
  if (ofService.length === 0) throw none(`task/${service ?? which}`, known);
  if (which === undefined) return ofService;
  const one = ofService.find(({ id }) => id === which) ?? ofService[Number(which) - 1];
  if (one === undefined)
    throw none(
      `task/${service === undefined ? '' : `${service}/`}${which}`,
      ofService.map(({ name }) => name),
    );
  return [one];
}

function byName(name: string, nodes: Subject[], kind: string): Subject[] {
  const chosen = name === '*' ? nodes : nodes.filter((node) => node.name === name);
  if (chosen.length === 0)
    throw none(
      `${kind}/${name}`,
      nodes.map((node) => node.name),
    );
  return chosen;
}

function shard({ shard, role }: Extract<Target, { kind: 'shard' }>, nodes: Inventory['redis']): Subject[] {
  const chosen = nodes.filter((node) => node.shard === shard && (role === undefined || node.role === role));
  if (chosen.length === 0)
    throw none(`redis/shard-${shard}${role === undefined ? '' : `/${role}`}`, nodes.map(describe));
  return chosen;
}

function describe({ name, role, shard }: Inventory['redis'][number]): string {
  return shard === undefined ? name : `${name} (${role} of shard ${shard})`;
}

function none(target: string, there: string[]): GsysError {
  return new GsysError(
    'USAGE',
    `there is no ${target}; there ${there.length === 1 ? 'is' : 'are'} ${there.join(', ') || 'none'}`,
    {
      next: 'gsys local status',
    },
  );
}
