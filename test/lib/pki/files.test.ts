import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKeyPair, replaceFile, writeKeyPair } from '../../../src/lib/pki/files.ts';

describe('key pair files', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'gsys-files-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('are readable by their owner alone', async () => {
    const dir = path.join(parent, 'certs', 'nats-1');
    const umask = process.umask(0);
    await writeKeyPair(dir, { cert: 'certificate', key: 'key' }).finally(() => process.umask(umask));
    expect(mode(path.join(parent, 'certs'))).toBe('700');
    expect(mode(`${dir}/`)).toBe('700');
    expect(mode(path.join(dir, 'key.pem'))).toBe('600');
    expect(mode(path.join(dir, 'cert.pem'))).toBe('600');
  });

  it('are read back as a pair, and absent as undefined', async () => {
    const dir = path.join(parent, 'nats-1');
    expect(await readKeyPair(dir)).toBeUndefined();
    await writeKeyPair(dir, { cert: 'certificate', key: 'key' });
    expect(await readKeyPair(dir)).toEqual({ cert: 'certificate', key: 'key' });
  });

  it('change together and leave at most one version behind', async () => {
    const dir = path.join(parent, 'nats-1');
    for (const version of ['1', '2', '3', '4'])
      await writeKeyPair(dir, { cert: `certificate ${version}`, key: `key ${version}` });
    expect(await readKeyPair(dir)).toEqual({ cert: 'certificate 4', key: 'key 4' });
    expect(readdirSync(parent)).toHaveLength(3);
  });

  it('replace a single file whole, for the owner alone', async () => {
    const file = path.join(parent, 'ca.pem');
    await replaceFile(file, 'one');
    await replaceFile(file, 'two');
    expect(mode(file)).toBe('600');
    expect(readdirSync(parent)).toEqual(['ca.pem']);
  });
});

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}
