import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startOf } from '../../../src/local/journal.ts';
import { lockHolder, takeLock } from '../../../src/local/supervisor/lock.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), 'gsys-lock-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

const me = () => ({ pid: process.pid, start: startOf(process.pid) });

it('is held by one until it is released', () => {
  const lock = takeLock(stateDir);
  expect(takeLock(stateDir)).toEqual(me());
  expect(lockHolder(stateDir)).toEqual(me());
  if ('release' in lock) lock.release();
  expect(lockHolder(stateDir)).toBeUndefined();
  expect(takeLock(stateDir)).toHaveProperty('release');
});

it('goes over from a holder that is dead, or whose number another process has now', () => {
  mkdirSync(path.join(stateDir, 'lock'));
  symlinkSync(`${process.pid} 1`, path.join(stateDir, 'lock', '7'));
  expect(lockHolder(stateDir)).toBeUndefined();
  expect(takeLock(stateDir)).toHaveProperty('release');
  expect(readdirSync(path.join(stateDir, 'lock'))).toEqual(['8']);
});

it('goes over from one that says nothing', () => {
  mkdirSync(path.join(stateDir, 'lock'));
  writeFileSync(path.join(stateDir, 'lock', '1'), '');
  expect(takeLock(stateDir)).toHaveProperty('release');
});

it('goes to exactly one of several processes that find a dead holder together', async () => {
  mkdirSync(path.join(stateDir, 'lock'));
  symlinkSync('1 never', path.join(stateDir, 'lock', '1'));
  const module = fileURLToPath(new URL('../../../src/local/supervisor/lock.ts', import.meta.url));
  const script = `
    const { takeLock } = await import(${JSON.stringify(module)});
    const lock = takeLock(${JSON.stringify(stateDir)});
    process.stdout.write('release' in lock ? 'mine' : 'theirs');
    process.stdin.resume().on('end', () => process.exit());
  `;
  const run = promisify(execFile);
  const contenders = Array.from({ length: 4 }, () =>
    run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
  );
  // Each holds on until all have had their turn.
  const heard = contenders.map(
    ({ child }) => new Promise<string>((resolve) => child.stdout?.once('data', (data) => resolve(`${data}`))),
  );
  expect((await Promise.all(heard)).sort()).toEqual(['mine', 'theirs', 'theirs', 'theirs']);
  for (const { child } of contenders) child.stdin?.end();
  await Promise.all(contenders);
});
