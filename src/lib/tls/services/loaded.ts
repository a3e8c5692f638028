import type { TaskState } from '../../aws/ecs.ts';
import { isUserOf } from '../../fleet/identity.ts';
import type { LiveConnection, NodeConnections } from '../../nats/connections.ts';
import { ANYBODY } from '../../nats/server-config.ts';

/** What a service's tasks should have taken from its secret. */
export interface WantedLoad {
  fleet: string;
  service: string;
  /** SHA-256 of the leaf, lower-case hexadecimal. */
  leaf: string;
  /** Whether it can be told by its leaf: the bundle before had another one. */
  leafTells: boolean;
  /** When the secret was changed last; a task that was made later has what it says now. */
  changedAt: Date;
}

/** What was seen of all services at one moment. */
export interface LoadEvidence {
  /** Those that ECS wants to run. */
  tasks: Pick<TaskState, 'createdAt'>[];
  nodes: NodeConnections[];
}

/** What speaks against it that all tasks hold the wanted bundle. */
export interface Doubt {
  /** `old`: some do not · `absent`: some are not connected, or not yet · `unseen`: a node does not tell. */
  kind: 'old' | 'absent' | 'unseen';
  why: string;
}

/**
 * Whether tasks have to make room for new ones. Those that began after the secret was changed have read it, whatever
 * else of the service is still connected. Pure.
 */
export function doubtBefore(wanted: WantedLoad, evidence: LoadEvidence): Doubt | undefined {
  return olderTasks(wanted, evidence) === 0 ? undefined : doubtAfter(wanted, evidence);
}

/**
 * Whether it is proved that everybody who is connected as the service has the wanted bundle. A task that is not
 * connected, or a node that does not tell, proves nothing; while one does not, nothing should be restarted. Pure.
 */
export function doubtAfter(wanted: WantedLoad, evidence: LoadEvidence): Doubt | undefined {
  const { tasks, nodes } = evidence;
  const silent = nodes.filter(({ connections }) => connections === undefined).map(({ node }) => node);
  if (silent.length > 0)
    return { kind: 'unseen', why: `${silent.join(', ')} does not tell who is connected` };
  const older = olderTasks(wanted, evidence);
  if (!wanted.leafTells && older > 0)
    return { kind: 'old', why: `${older} of its ${tasks.length} tasks began before its bundle was changed` };
  const mine = nodes.flatMap(({ connections }) =>
    (connections ?? []).filter((connection) => isOf(wanted, connection)),
  );
  const other = mine.filter(({ leaf }) => leaf !== wanted.leaf).length;
  if (other > 0)
    return { kind: 'old', why: `${other} of its ${mine.length} connections have another certificate` };
  if (mine.length < tasks.length)
    return { kind: 'absent', why: `${mine.length} of its ${tasks.length} tasks are connected` };
  return undefined;
}

/** A fleet on its way to TLS maps nobody: there, only the wanted certificate tells. */
function isOf({ fleet, service, leaf }: WantedLoad, connection: LiveConnection): boolean {
  const { user } = connection;
  return user === ANYBODY ? connection.leaf === leaf : isUserOf(fleet, service, user);
}

/**
 * The same where a stranger may have the former certificate, and is to be turned away next: whoever has another one
 * says nothing about the tasks. Pure.
 */
export function doubtOfTasks(wanted: WantedLoad, { tasks, nodes }: LoadEvidence): Doubt | undefined {
  const own = nodes.map((seen) =>
    seen.connections === undefined
      ? seen
      : { ...seen, connections: seen.connections.filter(({ leaf }) => leaf === wanted.leaf) },
  );
  return doubtAfter(wanted, { tasks, nodes: own });
}

function olderTasks({ changedAt }: WantedLoad, { tasks }: LoadEvidence): number {
  return tasks.filter(({ createdAt }) => createdAt === undefined || createdAt <= changedAt).length;
}
