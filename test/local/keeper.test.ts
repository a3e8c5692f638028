import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journal, openJournal, startOf } from '../../src/local/journal.ts';
import { type Keeper, keepRunning } from '../../src/local/keeper.ts';
import { findProgram, lastLines, startProcess } from '../../src/local/processes.ts';
import { until } from '../support/until.ts';

let folder: string;
let journal: Journal;
const keepers: Keeper[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-keeper-'));
  journal = openJournal(path.join(folder, 'journal'));
});
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const logFile = () => path.join(folder, 'log');
const start = (program = 'sleep', args = ['600']) =>
  startProcess({ program, args, cwd: folder, logFile: logFile(), journal });
const keep = async (delay: number, onChange?: () => void): Promise<Keeper> => {
  const keeper = keepRunning('node', () => start(), onChange, delay);
  keepers.push(keeper);
  await keeper.heal();
  return keeper;
};
const kill = async (keeper: Keeper, signal: NodeJS.Signals) => {
  const pid = keeper.pid() ?? 0;
  process.kill(pid, signal);
  return pid;
};

describe('a kept process', () => {
  it('is started again when it ends, and journalled each time', async () => {
    let changes = 0;
    const keeper = await keep(10, () => changes++);
    const first = await kill(keeper, 'SIGKILL');
    const second = await until('it runs again', () => keeper.pid() !== first && keeper.pid());
    expect(journal.entries().map(({ pid }) => pid)).toEqual([second]);
    expect(changes).toBe(3);
  });

  it('is started again at once when it ends on purpose, as a drained nats-server does', async () => {
    const last = () => start('sh', ['-c', 'trap "exit 0" USR2; while :; do sleep 0.1; done']);
    const keeper = keepRunning('node', last, undefined, 600_000);
    keepers.push(keeper);
    await keeper.heal();
    const began = performance.now();
    await until('it has lived for a while', () => performance.now() - began > 1100);
    const first = await kill(keeper, 'SIGUSR2');
    await until('it runs again', () => keeper.pid() !== undefined && keeper.pid() !== first);
  });

  it('stays down until its delay has passed, but starts at once when healed', async () => {
    const keeper = await keep(600_000);
    await kill(keeper, 'SIGKILL');
    await until('it is down', () => keeper.pid() === undefined);
    expect(keeper.downBecause()).toBe('SIGKILL');
    expect(await keeper.heal()).toBe(true);
    expect(await keeper.heal()).toBe(false);
    expect(keeper.downBecause()).toBeUndefined();
  });

  it('is left as it is when it is frozen, and can still be stopped', async () => {
    const keeper = await keep(10);
    const pid = await kill(keeper, 'SIGSTOP');
    expect(await keeper.heal()).toBe(false);
    expect(keeper.pid()).toBe(pid);
    await keeper.stop();
    expect(startOf(pid)).toBeUndefined();
    expect(journal.entries()).toEqual([]);
  });
});

describe('a process', () => {
  it('leaves its last words in its log', async () => {
    const child = await start('sh', ['-c', 'echo one; echo two >&2; exit 3']);
    expect(await child.ended).toBe('exit code 3');
    expect(lastLines(logFile(), 1)).toEqual(['two']);
    expect(readFileSync(logFile(), 'utf8')).toBe('one\ntwo\n');
  });

  it('that does not exist is said to be missing, with what to install', async () => {
    await expect(findProgram('gsys-no-such-server', 'install it')).rejects.toMatchObject({
      code: 'MISSING_PROGRAM',
      next: 'install it',
    });
    expect(await findProgram('redis-server', '')).toBe('redis-server');
  });

  it('whose journal cannot be written is not left running', async () => {
    const full: Journal = {
      ...journal,
      add: () => {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    };
    const plan = { program: 'sh', args: ['-c', 'sleep 0.2; echo alive'], cwd: folder, logFile: logFile() };
    await expect(startProcess({ ...plan, journal: full })).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });
});
