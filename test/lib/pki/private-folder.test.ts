import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requirePrivate } from '../../../src/lib/pki/private-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is one that its owner alone can enter, or none', () => {
  expect(requirePrivate(folder)).toBe(true);
  expect(requirePrivate(path.join(folder, 'none'))).toBe(false);
});

it.each([0o750, 0o705, 0o710, 0o702])('is not one of mode %o', (mode) => {
  chmodSync(folder, mode);
  expect(() => requirePrivate(folder)).toThrow(/can be entered by others/);
});

it('is not a link, which somebody else may turn elsewhere', () => {
  mkdirSync(path.join(folder, 'a'), { mode: 0o700 });
  symlinkSync('a', path.join(folder, 'b'));
  expect(() => requirePrivate(path.join(folder, 'b'))).toThrow(/not a folder/);
});
