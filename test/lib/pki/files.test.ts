import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readCertificate,
  readKeyPair,
  replaceFile,
  writeCertificate,
  writeKeyPair,
} from '../../../src/lib/pki/files.ts';

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

  it('may be a certificate alone, whose key is elsewhere', async () => {
    const dir = path.join(parent, 'nats-1');
    await writeKeyPair(dir, { cert: 'certificate 1', key: 'key 1' });
    await writeCertificate(dir, 'certificate 2');
    expect(await readCertificate(dir)).toBe('certificate 2');
    expect(await readKeyPair(dir)).toBeUndefined();
  });

  it('are not written where others can enter', async () => {
    chmodSync(parent, 0o755);
    const writing = writeKeyPair(path.join(parent, 'nats-1'), { cert: 'certificate', key: 'key' });
    await expect(writing).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      next: expect.stringMatching(/chmod 700/),
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  it('that could not be switched over leave what was there, and no key beside it', async () => {
    const dir = path.join(parent, 'nats-1');
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'cert.pem'), 'by hand');
    const writing = writeKeyPair(dir, { cert: 'certificate', key: 'key' });
    await expect(writing).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(readdirSync(parent)).toEqual(['nats-1']);
    expect(await readCertificate(dir)).toBe('by hand');
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
