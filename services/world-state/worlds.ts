import type { JsonValue } from '@bufbuild/protobuf';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { type Entity, type EntityChange, type Given, nextEntity } from './entity.ts';
import { type Flags, type FlagsChange, withFlags } from './flags.ts';

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
  /** Of every entity that was named; before and after are the same one where nothing changed. */
  entities: EntityChange[];
  flags: FlagsChange;
  /** What was not done. The rest stands. */
  failures: unknown[];
}

/** The worlds, in the bucket that all tasks share. Each entity is a value: who changes another is not in the way. */
export interface Worlds {
  /** Those of the ids that are there, or all. */
  entities(world: string, ids?: string[]): Promise<Entity[]>;
  flags(world: string): Promise<Flags>;
  apply(world: string, update: Update): Promise<Applied>;
}

export function worlds(bucket: Bucket, now: () => number = Date.now): Worlds {
  const change = async (
    world: string,
    id: string,
    next: (before: Entity | undefined) => Entity | null | undefined,
  ): Promise<EntityChange> => {
    let before: Entity | undefined;
    let after: Entity | undefined;
    await bucket.update<Entity>(entityKey(world, id), (current) => {
      const changed = next(current);
      before = current;
      after = changed === undefined ? current : (changed ?? undefined);
      return changed;
    });
    return { id, before, after };
  };

  const changeFlags = async (
    world: string,
    { flags, merge }: Pick<Update, 'flags' | 'merge'>,
  ): Promise<FlagsChange> => {
    let outcome = NO_CHANGE;
    if (flags.size > 0)
      await bucket.update<Flags>(flagsKey(world), (current = {}) => {
        outcome = withFlags(current, flags, merge, now());
        return outcome.changed.length > 0 ? outcome.flags : undefined;
      });
    return outcome;
  };

  return {
    entities: async (world, ids) => {
      if (ids === undefined)
        return [...(await bucket.list<Entity>(`entity.${safeKey(world)}.`)).values.values()];
      const found = await Promise.all(ids.map((id) => bucket.get<Entity>(entityKey(world, id))));
      return found.filter((one) => one !== undefined);
    },
    flags: async (world) => (await bucket.get<Flags>(flagsKey(world))) ?? {},
    apply: async (world, { entities, removed, ...flags }) => {
      const [flagsDone, entitiesDone] = await Promise.all([
        settle([changeFlags(world, flags)]),
        settle([
          ...entities.map((given) =>
            change(world, given.id, (current) => nextEntity(current, given, flags.merge, now())),
          ),
          ...removed.map((id) => change(world, id, (current) => current && null)),
        ]),
      ]);
      return {
        entities: entitiesDone.values,
        flags: flagsDone.values[0] ?? NO_CHANGE,
        failures: [...flagsDone.failures, ...entitiesDone.failures],
      };
    },
  };
}

const NO_CHANGE: FlagsChange = { flags: {}, changed: [] };

async function settle<T>(work: Promise<T>[]): Promise<{ values: T[]; failures: unknown[] }> {
  const settled = await Promise.allSettled(work);
  return {
    values: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failures: settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : [])),
  };
}

function entityKey(world: string, id: string): string {
  return `entity.${safeKey(world)}.${safeKey(id)}`;
}

function flagsKey(world: string): string {
  return `flags.${safeKey(world)}`;
}
