import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Base } from '../../../../src/lib/release/build/base/base.ts';
import { digested, inputHash, makeImage } from '../../../../src/lib/release/build/image.ts';
import { imageStore } from '../../../../src/lib/release/build/image-store.ts';

const files = [
  { path: 'app/a.js', bytes: Buffer.from('a') },
  { path: 'app/b.js', bytes: Buffer.from('b') },
];
const base: Base = {
  ...{ name: 'machine', digest: 'sha256:b', node: '20', architecture: 'amd64', config: { Env: ['A=b'] } },
  layers: [{ mediaType: 'tar', digest: 'sha256:b', size: 4, diffId: 'sha256:d' }],
};
/** In this folder, which is removed again. */
function standing(folder: string): Base {
  const file = path.join(folder, 'base.tar');
  writeFileSync(file, 'base');
  return { ...base, layers: base.layers.map((layer) => ({ ...layer, file })) };
}

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
    const hashOf = (service: string, these: typeof files, under: Base) =>
      inputHash(service, these.map(digested), under);
    const hashes = [
      hashOf('a', files, base),
      hashOf('a', changed, base),
      hashOf('b', files, base),
      hashOf('a', files, { ...base, node: '22' }),
      hashOf('a', files, { ...base, digest: 'sha256:c' }),
    ];
    expect(new Set(hashes).size).toBe(5);
  });

  it('holds nothing of this machine: folders first, root, no time', async () => {
    const { blobs } = await makeImage('a', files, base);
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
    expect(config.rootfs.diff_ids).toHaveLength(2);
    expect(config.config).toEqual({
      Entrypoint: ['node', '--max-semi-space-size=2', 'main.js'],
      Env: ['A=b', 'MALLOC_TRIM_THRESHOLD_=65536'],
      WorkingDir: '/app',
      Labels: {
        'gsys.base': 'machine',
        'gsys.files': '["app/a.js","app/b.js"]',
        'gsys.input': input,
        'gsys.node': '20',
        'gsys.service': 'a',
      },
    });
  });
});

describe('the image store', () => {
  it('gives back what was saved, and the newer one after that', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    await store.save(await makeImage('a', files, standing(folder)));
    const newer = await makeImage('a', files.slice(1), standing(folder));
    await store.save(newer);
    expect(await store.find('a')).toMatchObject({ input: newer.input, digest: newer.digest });
  });

  it('takes a half-written image for none', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    const saved = await store.save(await makeImage('a', files, standing(folder)));
    for (const file of [saved.config.file, saved.layers[0]?.file ?? '', saved.layers[1]?.file ?? '']) {
      const bytes = readFileSync(file);
      rmSync(file);
      expect(await store.find('a')).toBeUndefined();
      writeFileSync(file, bytes.subarray(1));
      expect(await store.find('a')).toBeUndefined();
      writeFileSync(file, bytes);
      expect(await store.find('a')).toEqual(saved);
    }
  });

  it('has an image without the layers of a base that lies in the registry', async () => {
    const pinned = { ...base, name: 'host/base@sha256:b' };
    const saved = await imageStore(stateDir()).save(await makeImage('a', files, pinned));
    expect(saved).toMatchObject({ base: pinned.name, layers: [{ size: 4, file: undefined }, {}] });
  });

  it('takes part in no race of two builds of the same', async () => {
    const folder = stateDir();
    const image = await makeImage('a', files, standing(folder));
    const saves = Array.from({ length: 8 }, () => imageStore(folder).save(image));
    const digests = (await Promise.all(saves)).map(({ digest }) => digest);
    expect(new Set(digests)).toEqual(new Set([image.digest]));
  });

  it('leaves the image before in place when the new one cannot be written', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    const before = await store.save(await makeImage('a', files, standing(folder)));
    const broken = {
      ...(await makeImage('a', files.slice(1), standing(folder))),
      digest: 'sha256:no/such/folder',
    };
    await expect(store.save(broken)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await store.find('a')).toMatchObject({ digest: before.digest });
    expect(
      readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.making')),
    ).toEqual([]);
  });

  it('sweeps up after a build that was killed, but not after one that runs', async () => {
    const folder = stateDir();
    const store = imageStore(folder);
    await store.save(await makeImage('a', files, standing(folder)));
    const images = path.join(folder, 'images');
    for (const name of ['.making-old', '.making-new']) writeFileSync(path.join(images, name), '');
    utimesSync(path.join(images, '.making-old'), 0, 0);
    await store.sweep();
    expect(readdirSync(images).sort()).toEqual(['.making-new', 'a']);
  });
});
