import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requirePrivate } from '../../src/lib/pki/private-folder.ts';
import { ensureStateDir } from '../../src/local/state-dir.ts';

let parent: string;
let stateDir: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'gsys-state-'));
  stateDir = path.join(parent, '.gsys', 'local');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

it('is made for its owner alone, and accepted the next time', () => {
  ensureStateDir(stateDir);
  ensureStateDir(stateDir);
  expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  expect(requirePrivate(stateDir)).toBe(true);
});

it('is refused when others can enter it, when it is a link, and when it is no folder', () => {
  ensureStateDir(stateDir);
  chmodSync(stateDir, 0o750);
  expect(() => ensureStateDir(stateDir)).toThrow(/entered by others \(mode 750\)/);
  symlinkSync(parent, path.join(parent, 'link'));
  expect(() => ensureStateDir(path.join(parent, 'link'))).toThrow(/is not a folder/);
  writeFileSync(path.join(parent, 'file'), '');
  expect(() => ensureStateDir(path.join(parent, 'file'))).toThrow();
});

// Only root can give a folder away.
it.skipIf(process.getuid?.() !== 0)('is refused when it belongs to somebody else', () => {
  ensureStateDir(stateDir);
  chownSync(stateDir, 12_345, 12_345);
  expect(() => ensureStateDir(stateDir)).toThrow(/another user \(uid 12345\)/);
});

it('that is not there is nothing to complain about', () => {
  expect(requirePrivate(stateDir)).toBe(false);
});
