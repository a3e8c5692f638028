import { expect, it } from 'vitest';
import type { PulledImage } from '../../../../src/local/ports.ts';
import { archivedImage } from '../../../../src/local/runtime/docker/image-archive.ts';

const image: PulledImage = {
  digest: 'sha256:m',
  config: { config: { Env: ['A=b'] }, rootfs: { type: 'layers', diff_ids: ['sha256:one'] }, history: [{}] },
  layers: [{ digest: 'sha256:z', mediaType: 'tar+gzip', file: '/blobs/z' }],
};
const base = { file: '/base.tar', diffId: 'sha256:base' };

it('a complete image goes as it is', () => {
  expect(archivedImage('n:1', image, undefined, false)).toEqual({
    name: 'n:1',
    config: image.config,
    layers: [{ name: '0.tar', file: '/blobs/z' }],
  });
});

it('an image of the application alone gets the base under it', () => {
  const { config, layers } = archivedImage('n:1', image, base, false);
  expect(config.rootfs?.diff_ids).toEqual(['sha256:base', 'sha256:one']);
  expect(config.history).toHaveLength(2);
  expect(config.config).toEqual({ Env: ['A=b'] });
  expect(layers.map(({ file }) => file)).toEqual(['/base.tar', '/blobs/z']);
});

it('a base that the Engine has is not sent again', () => {
  expect(archivedImage('n:1', image, base, true).layers[0]).toEqual({ name: 'base.tar', file: undefined });
});

it('an image whose config and manifest disagree is refused', () => {
  const broken = { ...image, config: { ...image.config, rootfs: { type: 'layers', diff_ids: [] } } };
  expect(() => archivedImage('n:1', broken, undefined, false)).toThrow('names 0 layers, its manifest 1');
});
