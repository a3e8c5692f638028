import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inputHash, machineBase, makeImage } from '../../../src/lib/release/build/image.ts';
import { imageStore } from '../../../src/lib/release/build/image-store.ts';

const files = [
  { path: 'app/a.js', bytes: Buffer.from('a') },
  { path: 'app/b.js', bytes: Buffer.from('b') },
];
const base = { node: '20', architecture: 'amd64' };

function stateDir(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gsys-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('an image', () => {
  it('is the same, byte for byte, from the same files', async () => {
    const first = await makeImage('a', files, base);
    const second = await makeImage('a', files, base);
    expect(second).toEqual(first);
  });

  it('is another one when a byte, the service or the Node under it is another', () => {
    const changed = [files[0], { path: 'app/b.js', bytes: Buffer.from('c') }] as typeof files;
    const hashes = [
      inputHash('a', files, base),
      inputHash('a', changed, base),
      inputHash('b', files, base),
      inputHash('a', files, { ...base, node: '22' }),
    ];
    expect(new Set(hashes).size).toBe(4);
  });

  it('holds nothing of this machine: folders first, root, no time', async () => {
    const { blobs } = await makeImage('a', files, machineBase());
    const tar = gunzipSync(blobs[0]?.bytes ?? Buffer.alloc(0));
    const name = (at: number) =>
      tar
        .subarray(at, at + 100)
        .toString()
        .replace(/\0.*/s, '');
    expect([name(0), name(512)]).toEqual(['app/', 'app/a.js']);
    expect(Number.parseInt(tar.subarray(512 + 136, 512 + 147).toString(), 8)).toBe(0);
  });

  it('says what it is in its labels', async () => {
    const { blobs, input } = await makeImage('a', files, base);
    const config = JSON.parse(Buffer.from(blobs[1]?.bytes ?? []).toString());
    expect(config.config).toEqual({
      Entrypoint: ['node', '--max-semi-space-size=2', 'main.js'],
      Env: ['MALLOC_TRIM_THRESHOLD_=65536'],
      WorkingDir: '/app',
      Labels: { 'gsys.input': input, 'gsys.node': '20', 'gsys.service': 'a' },
    });
  });
});

describe('the image store', () => {
  it('gives back what was saved, and the newer one after that', async () => {
    const store = imageStore(stateDir());
    await store.save(await makeImage('a', files, base));
    const newer = await makeImage('a', files.slice(1), base);
    await store.save(newer);
    expect(await store.find('a')).toMatchObject({ input: newer.input, digest: newer.digest });
  });

  it('takes a half-written image for none', async () => {
    const store = imageStore(stateDir());
    const saved = await store.save(await makeImage('a', files, base));
    writeFileSync(saved.blobs[0]?.file ?? '', 'half');
    expect(await store.find('a')).toBeUndefined();
  });

  it('leaves the image before in place when the new one cannot be written', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    const before = await store.save(await makeImage('a', files, base));
    const broken = { ...(await makeImage('a', files.slice(1), base)), digest: 'sha256:no/such/folder' };
    await expect(store.save(broken)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await store.find('a')).toMatchObject({ digest: before.digest });
    expect(
      readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.making')),
    ).toEqual([]);
  });

  it('sweeps up after a build that was killed, but not after one that runs', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    const saved = await store.save(await makeImage('a', files, base));
    expect(readFileSync(saved.blobs[0]?.file ?? '').length).toBe(saved.blobs[0]?.size);
    const images = path.dirname(path.dirname(path.dirname(path.dirname(saved.blobs[0]?.file ?? ''))));
    for (const name of ['.making-old', '.making-new']) writeFileSync(path.join(images, name), '');
    utimesSync(path.join(images, '.making-old'), 0, 0);
    await store.sweep();
    expect(readdirSync(images).sort()).toEqual(['.making-new', 'a']);
  });
});
