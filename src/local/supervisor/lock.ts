import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { isAlive, type ProcessEntry, startOf } from '../journal.ts';

export interface Lock {
  release(): void;
}

/**
 * Makes this process the only supervisor of a state folder. Locks are numbered and a number is made once (symlink(2)
 * fails if it is there), so of several processes that find a dead holder only one gets the next number. A link that
 * leads nowhere but says who holds it is there whole or not at all, and takes no room: it can be made on a full disk.
 * @returns the holder instead, when somebody living has it
 */
export function takeLock(stateDir: string): Lock | ProcessEntry {
  const folder = path.join(stateDir, 'lock');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = numbers(folder).at(-1) ?? 0;
    const holder = readHolder(folder, highest);
    if (holder !== undefined && isAlive(holder)) return holder;
    const mine = highest + 1;
    if (!claim(folder, mine)) continue;
    // Somebody may have come and gone, and another taken a higher number, between our look and our claim.
    if (numbers(folder).at(-1) !== mine) {
      rmSync(fileOf(folder, mine), { force: true });
      continue;
    }
    for (const older of numbers(folder).filter((n) => n < mine))
      rmSync(fileOf(folder, older), { force: true });
    return { release: () => rmSync(fileOf(folder, mine), { force: true }) };
  }
}

/** @returns the living supervisor of a state folder, whether it is ready or only starting */
export function lockHolder(stateDir: string): ProcessEntry | undefined {
  const folder = path.join(stateDir, 'lock');
  const holder = readHolder(folder, numbers(folder).at(-1) ?? 0);
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

function claim(folder: string, number: number): boolean {
  try {
    symlinkSync(`${process.pid} ${startOf(process.pid)}`, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(folder: string, number: number): ProcessEntry | undefined {
  try {
    const [pid, start] = readlinkSync(fileOf(folder, number)).split(' ');
    return start === undefined ? undefined : { pid: Number(pid), start };
  } catch {
    return undefined;
  }
}

function numbers(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function fileOf(folder: string, number: number): string {
  return path.join(folder, String(number));
}
