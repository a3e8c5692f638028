import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { hasFile } from '../../../../../src/lib/release/build/contents/find-file.ts';
import { type LayerListing, listLayer } from '../../../../../src/lib/release/build/contents/layer-listing.ts';
import { makeLayer, type TarEntry } from '../../../../local/runtime/make-image.ts';
import { tempFolder } from '../../../../local/runtime/temp-folder.ts';

async function listingOf(entries: TarEntry[], options = {}): Promise<LayerListing> {
  const { file, mediaType } = await makeLayer(tempFolder(), entries, options);
  return await listLayer(createReadStream(file), mediaType);
}
const stack = (...layers: LayerListing[]) => layers.map((layer) => async () => layer);

const debian = await (async () => {
  const entries: TarEntry[] = [
    { name: './bin', type: 'symlink', linkname: 'usr/bin' },
    { name: './usr/bin/sh', type: 'symlink', linkname: 'dash' },
    { name: './usr/bin/dash' },
    { name: './usr/bin/round', type: 'symlink', linkname: '/bin/round' },
    { name: './usr/bin/gone', type: 'symlink', linkname: '/nowhere' },
    { name: './opt/tool/', type: 'directory' },
    { name: './opt/tool/run' },
  ];
  return async () => await listingOf(entries);
})();

describe('a file is found', () => {
  it.each([
    ['as it is', 'usr/bin/dash', true],
    ['through links of folders and of files', 'bin/sh', true],
    ['never where there is a folder', 'opt/tool', false],
    ['never below a file', 'usr/bin/dash/x', false],
    ['never through a link that leads nowhere', 'bin/gone', false],
    ['never through links that lead in a circle', 'bin/round', false],
  ])('%s', async (_, file, expected) => {
    expect(await hasFile(stack(await debian()), file)).toBe(expected);
  });

  it.each([
    ['removed', [{ name: 'opt/tool/.wh.run' }]],
    ['in a folder that was removed', [{ name: 'opt/.wh.tool' }]],
    ['in a folder that was emptied', [{ name: 'opt/tool/.wh..wh..opq' }, { name: 'opt/tool/other' }]],
  ])('not when a layer above has it %s', async (_, entries) => {
    const layers = stack(await listingOf(entries), await debian());
    expect(await hasFile(layers, 'opt/tool/run')).toBe(false);
    expect(await hasFile(layers, 'usr/bin/dash')).toBe(true);
  });

  it('without reading the layers below it', async () => {
    const never = async () => expect.fail('nobody needs to know');
    expect(await hasFile([async () => ({ app: 'd', 'app/a': 'f' }), never], 'app/a')).toBe(true);
  });
});

it('a layer that is not compressed is read too, and one in a way that Node does not know is refused', async () => {
  expect(await listingOf([{ name: 'a' }], { gzip: false })).toEqual({ a: 'f' });
  await expect(listLayer(Readable.from([]), 'application/vnd.oci.image.layer.v1.tar+zstd')).rejects.toThrow(
    'cannot look into layers of type application/vnd.oci.image.layer.v1.tar+zstd',
  );
});
