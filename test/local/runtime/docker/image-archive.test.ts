import { expect, it } from 'vitest';
import type { PulledImage } from '../../../../src/local/ports.ts';
import { archivedImage } from '../../../../src/local/runtime/docker/image-archive.ts';

const image: PulledImage = {
  digest: 'sha256:m',
  config: { config: { Env: ['A=b'] }, rootfs: { type: 'layers', diff_ids: ['sha256:one', 'sha256:two'] } },
  layers: [
    { digest: 'sha256:y', mediaType: 'tar', file: '/blobs/y' },
    { digest: 'sha256:z', mediaType: 'tar+gzip', file: '/blobs/z' },
  ],
};

it('an image goes as it is', () => {
  expect(archivedImage('n:1', image, 0)).toEqual({
    name: 'n:1',
    config: image.config,
    layers: [
      { name: '0.tar', file: '/blobs/y' },
      { name: '1.tar', file: '/blobs/z' },
    ],
  });
});

it('a layer that the Engine has is sent by name alone', () => {
  expect(archivedImage('n:1', image, 1).layers.map(({ file }) => file)).toEqual([undefined, '/blobs/z']);
});

it('an image whose config and manifest disagree is refused', () => {
  const broken = { ...image, config: { ...image.config, rootfs: { type: 'layers', diff_ids: [] } } };
  expect(() => archivedImage('n:1', broken, 0)).toThrow('names 0 layers, its manifest 2');
});
