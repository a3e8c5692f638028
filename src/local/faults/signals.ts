import { readFileSync } from 'node:fs';
import { isAlive, type ProcessEntry, startOf } from '../journal.ts';
import type { Keeper } from '../keeper.ts';
import type { Subject } from './choose.ts';
import type { InForce } from './in-force.ts';

/** Stops every thread of the subjects' process groups; they go on when it is healed. */
export function freeze(subjects: Subject[]): InForce {
  const entries = entriesOf(subjects);
  for (const entry of entries) signalGroup(entry, 'SIGSTOP');
  return {
    heal: async () => {
      for (const entry of entries) signalGroup(entry, 'SIGCONT');
    },
    isOver: () => !entries.some(isAlive),
  };
}

/**
 * Kills the subjects' process groups. ECS replaces tasks, so nothing is in force afterwards; a node is down until its
 * keeper, or healing, starts it.
 */
export function kill(subjects: Subject[], keepers: Keeper[]): InForce {
  const killed = keepers.filter(({ name }) => subjects.some((subject) => subject.name === name));
  const entries = entriesOf(subjects);
  for (const entry of entries) signalGroup(entry, 'SIGKILL');
  return {
    heal: async () => {
      await Promise.all(killed.map((keeper) => keeper.heal()));
    },
    isOver: () => {
      const dead = entries.map(({ pid }) => pid);
      return killed.every((keeper) => keeper.pid() !== undefined && !dead.includes(keeper.pid() ?? 0));
    },
  };
}

/** Processes, told apart from later ones with the same number. */
export function entriesOf(subjects: Subject[]): ProcessEntry[] {
  return subjects.flatMap(({ pid }) => {
    const start = pid === undefined ? undefined : startOf(pid);
    return pid === undefined || start === undefined ? [] : [{ pid, start }];
  });
}

/** proc_pid_status(5) */
export function isStopped(pid: number): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

function signalGroup(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (!isAlive(entry)) return;
  try {
    process.kill(-entry.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
