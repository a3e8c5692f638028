import { describe, expect, it } from 'vitest';
import {
  type BaseConfig,
  describeBase,
  manifestFor,
} from '../../../../../src/lib/release/build/base/describe-base.ts';

const image = {
  ...{ base: 'host/node@sha256:b', registry: 'host', repository: 'node', digest: 'sha256:b' },
  ...{ node: undefined, architecture: 'amd64' as const },
};
const layer = (digest: string, mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip') => {
  return { digest, mediaType, size: 1 };
};
const manifest = {
  layers: [layer('sha256:1'), layer('sha256:2', 'application/vnd.oci.image.layer.v1.tar+zstd')],
};
const config = (change: BaseConfig = {}): BaseConfig => ({
  ...{ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: ['sha256:d1', 'sha256:d2'] } },
  config: { Env: ['PATH=/usr/local/bin', 'NODE_VERSION=22.1.0'], User: 'node' },
  ...change,
});

describe('a base', () => {
  it('is described by its manifest and config, its layers by the names of OCI', () => {
    expect(describeBase(image, manifest, config())).toEqual({
      ...{ name: image.base, digest: 'sha256:b', node: '22', architecture: 'amd64' },
      layers: [
        { ...layer('sha256:1', 'application/vnd.oci.image.layer.v1.tar+gzip'), diffId: 'sha256:d1' },
        { ...layer('sha256:2', 'application/vnd.oci.image.layer.v1.tar+zstd'), diffId: 'sha256:d2' },
      ],
      config: { Env: ['PATH=/usr/local/bin', 'NODE_VERSION=22.1.0'], User: 'node' },
    });
  });

  it('that does not say its Node has it said by gsys.yaml', () => {
    const silent = config({ config: {} });
    expect(describeBase({ ...image, node: 24 }, manifest, silent).node).toBe('24');
    expect(() => describeBase(image, manifest, silent)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/does not say which Node/),
        next: expect.stringMatching(/node: 22/),
      }),
    );
  });

  it.each([
    [
      'is of another architecture',
      config({ architecture: 'arm64' }),
      image,
      /linux\/arm64, not linux\/amd64/,
    ],
    ['is for another system', config({ os: 'windows' }), image, /windows\/amd64/],
    [
      'has too old a Node',
      config({ config: { Env: ['NODE_VERSION=18.20.0'] } }),
      image,
      /need Node 20 or newer/,
    ],
    ['says otherwise than gsys.yaml', config(), { ...image, node: 20 }, /22\.1\.0, and gsys\.yaml says 20/],
    ['contradicts itself', config({ rootfs: { diff_ids: [] } }), image, /names 0 layers, its manifest 2/],
  ])('that %s is refused', (_, document, reference, message) => {
    expect(() => describeBase(reference, manifest, document)).toThrow(message);
  });
});

it('of an index, the image for the tasks is taken, and without one what there is is named', () => {
  const offer = (architecture: string) => ({
    ...layer(architecture),
    platform: { os: 'linux', architecture },
  });
  expect(manifestFor(image, { manifests: [offer('arm64'), offer('amd64')] })).toBe('amd64');
  expect(manifestFor(image, manifest)).toBeUndefined();
  expect(() => manifestFor(image, { manifests: [offer('arm64')] })).toThrow(
    'it has no image for linux/amd64, only for linux/arm64',
  );
});
