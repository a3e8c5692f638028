import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Base } from '../../../../../src/lib/release/build/base/base.ts';
import { machineBase } from '../../../../../src/lib/release/build/base/machine-base.ts';
import { tempFolder } from '../../../../local/runtime/temp-folder.ts';

const fileOf = ({ layers }: Base) => layers[0]?.file ?? expect.fail('it has no layer');

it('holds this Node, its libraries and what a user needs', async () => {
  const base = await machineBase(tempFolder());
  const hash = createHash('sha256')
    .update(readFileSync(fileOf(base)))
    .digest('hex');
  expect(base).toMatchObject({ name: 'machine', digest: `sha256:${hash}` });
  const names = execFileSync('tar', ['-tf', fileOf(base)], { encoding: 'utf8' }).split('\n');
  expect(names).toEqual(
    expect.arrayContaining(['tmp/', 'etc/passwd', realpathSync(process.execPath).slice(1)]),
  );
  expect(names.some((name) => name.includes('libc.'))).toBe(true);
  expect(names.filter((name) => name !== '').length).toBe(new Set(names).size - 1);
});

it('is made once, is the same in every folder, and is made again when its layer is gone', async () => {
  const folder = tempFolder();
  const base = await machineBase(folder);
  utimesSync(fileOf(base), 0, 0);
  expect(await machineBase(folder)).toEqual(base);
  expect(readFileSync(fileOf(base)).length).toBe(base.layers[0]?.size);
  expect((await machineBase(tempFolder())).digest).toBe(base.digest);

  writeFileSync(fileOf(base), 'half');
  const again = await machineBase(folder);
  expect(readFileSync(fileOf(again)).length).toBe(base.layers[0]?.size);
});

it('leaves nothing of a Node that this machine no longer has', async () => {
  const folder = tempFolder();
  const old = `${'0'.repeat(64)}.tar`;
  writeFileSync(path.join(folder, old), '');
  const base = await machineBase(folder);
  expect(readdirSync(folder).sort()).toEqual([path.basename(fileOf(base)), 'machine.json'].sort());
});
