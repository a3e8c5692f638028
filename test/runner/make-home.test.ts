import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OPERATOR, SYSTEM } from '../../src/lib/fleet/identity.ts';
import { identityFiles } from '../../src/lib/fleet/in-vpc.ts';
import { makeHome } from '../../src/runner/make-home.ts';

let template: string;
let home: string;
beforeEach(() => {
  template = mkdtempSync(path.join(tmpdir(), 'gsys-template-'));
});
afterEach(() => {
  for (const folder of [template, home]) rmSync(folder, { recursive: true, force: true });
});

it('identities become files of this user alone, and leave the environment', () => {
  const bundle = (who: string) => JSON.stringify({ cert: `${who} cert`, key: `${who} key`, ca: 'ca' });
  const env = { OPERATOR_TLS_BUNDLE: bundle('operator'), SYSTEM_TLS_BUNDLE: bundle('system'), HOME: '/' };
  writeFileSync(path.join(template, 'built.json'), '{}');
  home = makeHome(template, env);
  expect(env).toEqual({ HOME: '/' });
  expect(existsSync(path.join(home, 'built.json'))).toBe(true);
  const { key } = identityFiles(home, OPERATOR);
  expect(readFileSync(key, 'utf8')).toBe('operator key');
  expect(readFileSync(identityFiles(home, SYSTEM).cert, 'utf8')).toBe('system cert');
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});
