import type { JsonValue } from '@bufbuild/protobuf';
import { safeKey } from '../sdk/kv.ts';
import type { Records, RequestKey } from '../sdk/records.ts';
import { type Entity, type EntityChange, type Given, nextEntity } from './entity.ts';
import { type Flags, withFlags } from './flags.ts';

/** What a request wants of a world. */
export interface Update {
  entities: Given[];
  /** Ids. */
  removed: string[];
  /** null removes. */
  flags: Map<string, JsonValue>;
  merge: boolean;
}

export interface Applied {
  /** What was changed now, to be told of. What an earlier attempt of this request has changed is none of it. */
  entities: EntityChange[];
  /** Names. */
  flags: string[];
  /** What this request has changed, by all of its attempts. */
  entitiesUpdated: number;
  flagsUpdated: number;
  /** Of the last change to anything that was named, also where this request changed nothing. */
  latestMs: number | undefined;
  /** What was not done. The rest stands. */
  failures: unknown[];
}

/** The worlds, in the bucket that all tasks share. Each entity is a value: who changes another is not in the way. */
export interface Worlds {
  /** Those of the ids that are there, or all. */
  entities(world: string, ids?: string[]): Promise<Entity[]>;
  flags(world: string): Promise<Flags>;
  apply(world: string, update: Update, key: RequestKey | undefined): Promise<Applied>;
}

/** What a record remembers of a request. */
type Done = { updated: number; latestMs: number | null };

export function worlds(records: Records, now: () => number = () => Date.now()): Worlds {
  /** @returns what is remembered, and what is to be told: nothing of what was remembered already */
  const once = async <T, C>(
    record: string,
    key: RequestKey | undefined,
    change: (current: T | undefined) => { next: T | null | undefined; done: Done; told: C },
  ) => {
    let mine: { done: Done; told: C } | undefined;
    const done = await records.change<T, Done>(record, key, (current) => {
      const { next, ...outcome } = change(current);
      mine = outcome;
      return { next, result: outcome.done };
    });
    // The very same object, unless it comes from the bucket.
    return { ...done, told: done === mine?.done && done.updated > 0 ? mine.told : undefined };
  };

  const changeEntity = (
    world: string,
    id: string,
    key: RequestKey | undefined,
    change: (before: Entity | undefined) => Entity | null | undefined,
  ) =>
    once(entityRecord(world, id), key, (before: Entity | undefined) => {
      const next = change(before);
      const after = next === undefined ? before : (next ?? undefined);
      return {
        next,
        done: { updated: next === undefined ? 0 : 1, latestMs: after?.updatedMs ?? null },
        told: { id, before, after },
      };
    });

  const changeFlags = (world: string, { flags, merge }: Update, key: RequestKey | undefined) =>
    once(flagsRecord(world), key, (current: Flags = {}) => {
      const { flags: next, changed } = withFlags(current, flags, merge, now());
      const times = [...flags.keys()].flatMap((name) => next[name]?.updatedMs ?? []);
      return {
        next: changed.length > 0 ? next : undefined,
        done: { updated: changed.length, latestMs: times.length > 0 ? Math.max(...times) : null },
        told: changed,
      };
    });

  return {
    entities: async (world, ids) => {
      if (ids === undefined)
        return [...(await records.list<Entity>(`entity.${safeKey(world)}.`)).values.values()];
      const found = await Promise.all(ids.map((id) => records.get<Entity>(entityRecord(world, id))));
      return found.filter((one) => one !== undefined);
    },
    flags: async (world) => (await records.get<Flags>(flagsRecord(world))) ?? {},
    apply: async (world, update, key) => {
      const { entities, removed, flags, merge } = update;
      const [flagsDone, entitiesDone] = await Promise.all([
        settle(flags.size > 0 ? [changeFlags(world, update, key)] : []),
        settle([
          ...entities.map((given) =>
            changeEntity(world, given.id, key, (current) => nextEntity(current, given, merge, now())),
          ),
          ...removed.map((id) => changeEntity(world, id, key, (current) => current && null)),
        ]),
      ]);
      const times = [...flagsDone.values, ...entitiesDone.values].flatMap(({ latestMs }) => latestMs ?? []);
      return {
        entities: entitiesDone.values.flatMap(({ told }) => told ?? []),
        flags: flagsDone.values.flatMap(({ told }) => told ?? []),
        entitiesUpdated: sum(entitiesDone.values),
        flagsUpdated: sum(flagsDone.values),
        latestMs: times.length > 0 ? Math.max(...times) : undefined,
        failures: [...flagsDone.failures, ...entitiesDone.failures],
      };
    },
  };
}

function sum(done: Done[]): number {
  return done.reduce((total, { updated }) => total + updated, 0);
}

async function settle<T>(work: Promise<T>[]): Promise<{ values: T[]; failures: unknown[] }> {
  const settled = await Promise.allSettled(work);
  return {
    values: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failures: settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
  };
}

function entityRecord(world: string, id: string): string {
  return `entity.${safeKey(world)}.${safeKey(id)}`;
}

function flagsRecord(world: string): string {
  return `flags.${safeKey(world)}`;
}
