import type { Ssm } from '../../aws/ssm.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Evicted } from './raw.ts';

/** What a run leaves for the next one, on whichever machine that is. */
export interface Checkpoint {
  /** Up to when logs were counted; milliseconds since the epoch. */
  logsUntil: number;
  /** Keys that Redis has evicted, by address. */
  redis: Record<string, Evicted>;
}

/** One that nobody can read counts as none. */
export async function readCheckpoint(ssm: Pick<Ssm, 'get'>, fleet: Fleet): Promise<Checkpoint | undefined> {
  const stored = await ssm.get(nameOf(fleet));
  try {
    const { logsUntil, redis } = JSON.parse(stored?.value ?? '') as Checkpoint;
    return Number.isFinite(logsUntil) && typeof redis === 'object' ? { logsUntil, redis } : undefined;
  } catch {
    return undefined;
  }
}

export async function writeCheckpoint(
  ssm: Pick<Ssm, 'overwrite'>,
  fleet: Fleet,
  checkpoint: Checkpoint,
): Promise<void> {
  await ssm.overwrite(nameOf(fleet), JSON.stringify(checkpoint));
}

function nameOf({ name, environment }: Fleet): string {
  return `/gsys/${name}/${environment.name}/published`;
}
