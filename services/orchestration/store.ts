import type { Bucket, Listing } from '../sdk/kv.ts';
import type { Execution } from './execution.ts';

/** Whose turn it is, and until when the others leave it to that task; milliseconds since the epoch. */
interface Lease {
  by: string;
  until: number;
}

/** Another task has taken over. */
export class Lost extends Error {
  override readonly name = 'Lost';
}

/** Executions, and who is at them, in the buckets that all tasks share. */
export interface Store {
  get(id: string): Promise<Execution | undefined>;
  /** @returns what is there: this one, or one with the same id that was there before */
  create(execution: Execution): Promise<Execution>;
  /** By whoever it may be. @param change gives undefined where nothing is to be changed */
  update(id: string, change: (current: Execution) => Execution | undefined): Promise<void>;
  /** By the task that is at it. @throws Lost */
  change(id: string, by: string, change: (current: Execution) => Execution): Promise<Execution>;
  /** The execution is this task's from now on; undefined when there is none. Whoever was at it writes no more. */
  adopt(id: string, by: string): Promise<Execution | undefined>;
  /** @returns whether it is this task's turn: nobody else's lease is running */
  take(id: string, by: string, now: number): Promise<boolean>;
  /** Lets others have it at once. */
  release(id: string, by: string): Promise<void>;
  /** Nothing is left to do. */
  remove(id: string, by: string): Promise<void>;
  /** Executions whose task has not been heard of for longer than it said. */
  abandoned(now: number): Promise<string[]>;
}

/** How long a task that has died keeps an execution; milliseconds. */
export const LEASE_MS = 10_000;

export function createStore(executions: Bucket, leases: Bucket, leaseMs = LEASE_MS): Store {
  let seen: Listing<Lease> = { revision: Number.NaN, values: new Map() };
  const ifOurs = (id: string, by: string, next: (lease: Lease) => Lease | null) =>
    leases.update<Lease>(id, (current) => (current?.by === by ? next(current) : undefined));
  return {
    get: (id) => executions.get<Execution>(id),

    create: async (execution) => {
      let there = execution;
      await executions.update<Execution>(execution.id, (current) => {
        there = current ?? execution;
        return current ? undefined : execution;
      });
      return there;
    },

    update: (id, change) => executions.update<Execution>(id, (current) => current && change(current)),

    change: async (id, by, change) => {
      let next: Execution | undefined;
      await executions.update<Execution>(id, (current) => {
        if (current?.by !== by) throw new Lost(`Execution ${id} is another task's.`);
        next = change(current);
        return next === current ? undefined : next;
      });
      if (next === undefined) throw new Lost(`Execution ${id} is gone.`);
      return next;
    },

    adopt: async (id, by) => {
      let adopted: Execution | undefined;
      await executions.update<Execution>(id, (current) => {
        adopted = current && { ...current, by };
        return current?.by === by ? undefined : adopted;
      });
      return adopted;
    },

    take: async (id, by, now) => {
      let ours = false;
      await leases.update<Lease>(id, (current) => {
        ours = current === undefined || current.by === by || current.until <= now;
        return ours ? { by, until: now + leaseMs } : undefined;
      });
      return ours;
    },

    release: (id, by) => ifOurs(id, by, (lease) => ({ ...lease, until: 0 })),
    remove: (id, by) => ifOurs(id, by, () => null),

    abandoned: async (now) => {
      seen = (await leases.listSince<Lease>('', seen.revision)) ?? seen;
      return [...seen.values].filter(([, { until }]) => until <= now).map(([id]) => id);
    },
  };
}
