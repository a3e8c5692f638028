import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endAll, isAlive, openJournal } from '../../src/local/journal.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-journal-'));
  file = path.join(folder, 'processes.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sleeper = () =>
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).pid ??
  0;

it('ends what it lists, and leaves a process alone that has the number of an ended one', async () => {
  const [ours, stranger] = [sleeper(), sleeper()];
  const journal = openJournal(file);
  journal.add(ours);
  const [entry] = journal.entries();
  const impostor = { pid: stranger, start: '1' };
  await endAll([...journal.entries(), impostor], 500);
  expect(entry && isAlive(entry)).toBe(false);
  expect(process.kill(stranger, 0)).toBe(true);
  process.kill(stranger, 'SIGKILL');
});

it('reads past a line that a crash cut short', () => {
  const journal = openJournal(file);
  journal.add(process.pid);
  appendFileSync(file, '+ 12');
  expect(
    openJournal(file)
      .entries()
      .map(({ pid }) => pid),
  ).toEqual([process.pid]);
});

it('does not grow with the processes that came and went', () => {
  const journal = openJournal(file);
  journal.add(process.pid);
  for (let i = 0; i < 5000; i++) journal.remove(1_000_000 + i);
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(2100);
  expect(journal.entries().map(({ pid }) => pid)).toEqual([process.pid]);
});
