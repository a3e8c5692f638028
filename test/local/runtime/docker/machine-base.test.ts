import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { machineBase } from '../../../../src/local/runtime/docker/machine-base.ts';
import { tempFolder } from '../temp-folder.ts';

it('the base holds this Node, its libraries and what a user needs, and is made once', async () => {
  const folder = tempFolder();
  const base = await machineBase(folder);
  const hash = createHash('sha256').update(readFileSync(base.file)).digest('hex');
  expect(base.diffId).toBe(`sha256:${hash}`);
  const names = execFileSync('tar', ['-tf', base.file], { encoding: 'utf8' }).split('\n');
  expect(names).toEqual(
    expect.arrayContaining(['tmp/', 'etc/passwd', realpathSync(process.execPath).slice(1)]),
  );
  expect(names.some((name) => name.includes('libc.'))).toBe(true);
  expect(names.filter((name) => name !== '').length).toBe(new Set(names).size - 1);

  utimesSync(base.file, 0, 0);
  expect(await machineBase(folder)).toEqual(base);
});
