import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY } from './support/definition.ts';

/** Contracts of their own, to break; the check is the one of scripts/test.mjs. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  for (const file of ['proto', 'buf.yaml'])
    cpSync(path.join(REPOSITORY, file), path.join(folder, file), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function change(file: string, from: string, to: string): void {
  const target = path.join(folder, 'proto', file);
  const text = readFileSync(target, 'utf8');
  expect(text).toContain(from);
  writeFileSync(target, text.replace(from, to));
}

/** @returns the exit code, and what was said */
function check(): Promise<[number, string]> {
  const buf = path.join(REPOSITORY, 'node_modules/.bin/buf');
  return new Promise((resolve) => {
    execFile(buf, ['breaking', '--against', 'proto/released.binpb'], { cwd: folder }, (error, out, err) =>
      resolve([error ? Number(error.code) : 0, out + err]),
    );
  });
}

describe('a contract that was released', () => {
  it('may get new fields and new neighbours', async () => {
    change('settings.proto', '  bool is_default = 4;', '  bool is_default = 4;\n  string note = 6;');
    writeFileSync(path.join(folder, 'proto/new.proto'), 'syntax = "proto3";\npackage new.v1;\n');
    expect(await check()).toEqual([0, '']);
  });

  it.each([
    ['give a field another number', 'bool is_default = 4;', 'bool is_default = 7;'],
    ['give a field another type', 'bool is_default = 4;', 'string is_default = 4;'],
    ['give a field another name, which is its JSON', 'bool is_default = 4;', 'bool by_default = 4;'],
    ['lose a field', '  bool is_default = 4;\n', ''],
  ])('may not %s', async (_, from, to) => {
    change('settings.proto', from, to);
    const [code, said] = await check();
    expect(code).toBe(100);
    expect(said).toContain('settings.proto');
  });
});
