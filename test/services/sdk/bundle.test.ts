import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeBundle } from '../../../services/sdk/bundle.ts';

const pem = (what: string) => `-----BEGIN ${what}-----\nx\n-----END ${what}-----\n`;
const bundle = { cert: pem('CERTIFICATE'), key: pem('PRIVATE KEY'), ca: pem('CERTIFICATE') };

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('a TLS bundle', () => {
  it('becomes files that its own user alone can read', () => {
    const files = writeBundle(JSON.stringify(bundle), [parent]);
    expect(readFileSync(files.keyFile, 'utf8')).toBe(bundle.key);
    const modes = [path.dirname(files.keyFile), files.caFile, files.certFile, files.keyFile].map(
      (file) => statSync(file).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('leaves nothing half-written beside them, and nothing at all when it is removed', () => {
    const files = writeBundle(JSON.stringify(bundle), [parent]);
    const folder = path.dirname(files.keyFile);
    expect(readdirSync(folder).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
    files.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('goes to the next place where the first cannot be written', () => {
    const files = writeBundle(JSON.stringify(bundle), [path.join(parent, 'missing'), parent]);
    expect(files.keyFile.startsWith(parent)).toBe(true);
  });

  it.each([
    ['text', `not json ${bundle.key}`],
    ['null', 'null'],
    ['a part of it', JSON.stringify({ cert: bundle.cert, key: bundle.key })],
  ])('is refused when it is %s, without a word of it', (_, json) => {
    const write = () => writeBundle(json, [parent]);
    expect(write).toThrow('TLS_BUNDLE');
    expect(write).not.toThrow(/BEGIN/);
  });
});
