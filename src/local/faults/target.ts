import { GsysError } from '../../lib/errors.ts';

/** What a fault is aimed at, as it was written. `choose.ts` finds what that is at the moment. */
export type Target =
  /** `service`: its name or `*`; `which`: number from 1, or id. A task id alone names no service. */
  | { kind: 'task'; service: string | undefined; which: string | undefined }
  /** A node's name or `*`. */
  | { kind: 'nats'; name: string }
  | { kind: 'redis'; name: string }
  | { kind: 'shard'; shard: number; role: 'primary' | 'replica' | undefined }
  /** The endpoint's operations; `*` is all. */
  | { kind: 'aws'; service: string; operation: string }
  /** The endpoint's own state under .gsys. */
  | { kind: 'state' };

export const TARGETS =
  'task/SERVICE, task/SERVICE/N, task/ID, nats/NODE, nats/*, redis/NODE, redis/shard-N, ' +
  'redis/shard-N/primary, redis/shard-N/replica, aws/SERVICE:OPERATION, aws/SERVICE:*, aws/*, state';

/** @throws GsysError USAGE that says what a target looks like */
export function parseTarget(text: string): Target {
  const target = read(text);
  if (target !== undefined) return target;
  throw new GsysError('USAGE', `${JSON.stringify(text)} is no target`, { next: `one of ${TARGETS}` });
}

const TASK_ID = /^[0-9a-f]{32}$/;

function read(text: string): Target | undefined {
  const [kind, name = '', more, ...rest] = text.split('/');
  if (text === 'state') return { kind: 'state' };
  if (name === '' || more === '' || rest.length > 0) return undefined;
  if (kind === 'task') return task(name, more);
  if (kind === 'redis') return redis(name, more);
  if (more !== undefined) return undefined;
  if (kind === 'nats') return { kind, name };
  return kind === 'aws' ? operation(name) : undefined;
}

function task(name: string, which: string | undefined): Target | undefined {
  if (which === undefined && TASK_ID.test(name)) return { kind: 'task', service: undefined, which: name };
  if (which !== undefined && !/^[1-9]\d*$/.test(which) && !TASK_ID.test(which)) return undefined;
  return { kind: 'task', service: name, which };
}

function redis(name: string, role: string | undefined): Target | undefined {
  const shard = /^shard-([1-9]\d*)$/.exec(name)?.[1];
  if (shard === undefined) return role === undefined ? { kind: 'redis', name } : undefined;
  if (role !== undefined && role !== 'primary' && role !== 'replica') return undefined;
  return { kind: 'shard', shard: Number(shard), role };
}

function operation(text: string): Target | undefined {
  if (text === '*') return { kind: 'aws', service: '*', operation: '*' };
  const [service = '', name = '', ...rest] = text.split(':');
  if (service === '' || service === '*' || name === '' || rest.length > 0) return undefined;
  return { kind: 'aws', service, operation: name };
}
