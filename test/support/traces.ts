import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mounts } from '../../src/local/faults/mounts.ts';
import { isAlive } from '../../src/local/journal.ts';
import type { Platform } from './platform.ts';

/** What faults of a platform have in the operating system: packet filter tables, classes of traffic, mounts, notes. */
export function tracesOf({ slot, home }: Platform): string[] {
  const ours = (text: string) => text.includes(`gsys_${slot}_`);
  const tables = `${spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout ?? ''}`.split('\n');
  const classes = mounts()
    .filter(({ type, options }) => type === 'cgroup' && options.includes('net_cls'))
    .flatMap(({ folder }) => readdirSync(folder));
  return [
    ...[...tables, ...classes, ...classesOfProcesses()].filter(ours),
    ...mounts().flatMap(({ folder }) => (folder.startsWith(home) ? [folder] : [])),
    ...list(path.join(home, 'local', 'faults')),
  ];
}

/** Processes of a platform's journal that still run, frozen or not. */
export function leftovers({ home }: Platform): number[] {
  const journal = path.join(home, 'local', 'processes.journal');
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n');
  return lines
    .map((line) => line.split(' '))
    .filter(([sign, pid, start = '']) => sign === '+' && isAlive({ pid: Number(pid), start }))
    .map(([, pid]) => Number(pid));
}

function classesOfProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
      } catch {
        return [];
      }
    });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
