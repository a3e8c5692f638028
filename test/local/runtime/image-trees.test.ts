import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageTrees } from '../../../src/local/runtime/image-trees.ts';
import { makeLayer, type TarEntry } from './make-image.ts';
import { tempFolder } from './temp-folder.ts';

describe('the trees of images', () => {
  async function treeOf(...stack: TarEntry[][]): Promise<string> {
    const folder = tempFolder();
    const layers = [];
    for (const entries of stack) layers.push(await makeLayer(path.join(folder, 'blobs'), entries));
    return await openImageTrees(path.join(folder, 'store')).tree(layers);
  }

  it('holds the files of a layer, without permission to write them', async () => {
    const tree = await treeOf([
      { name: './app/', type: 'directory' },
      { name: './app/main.js', content: 'hello', mode: 0o755 },
    ]);
    expect(readFileSync(path.join(tree, 'app/main.js'), 'utf8')).toBe('hello');
    expect(statSync(path.join(tree, 'app/main.js')).mode & 0o777).toBe(0o555);
  });

  it('lays upper layers over lower ones, whiteouts and opaque folders included', async () => {
    const tree = await treeOf(
      [
        { name: 'a/old', content: '1' },
        { name: 'a/both', content: 'lower' },
        { name: 'b/hidden', content: '1' },
        { name: 'link', type: 'symlink', linkname: 'a' },
      ],
      [
        { name: 'a/.wh.old' },
        { name: 'a/both', content: 'upper' },
        { name: 'b/.wh..wh..opq' },
        { name: 'b/seen', content: '1' },
        { name: 'link/file', content: 'a folder now' },
      ],
    );
    expect(readdirSync(path.join(tree, 'a'))).toEqual(['both']);
    expect(readFileSync(path.join(tree, 'a/both'), 'utf8')).toBe('upper');
    expect(readdirSync(path.join(tree, 'b'))).toEqual(['seen']);
    expect(lstatSync(path.join(tree, 'link')).isDirectory()).toBe(true);
  });

  it('shares a base that two images have in common', async () => {
    const folder = tempFolder();
    const base = await makeLayer(folder, [{ name: 'lib/shared.js', content: 'shared' }]);
    const trees = openImageTrees(path.join(folder, 'store'));
    const made = [];
    for (const name of ['one', 'two'])
      made.push(
        await trees.tree([base, await makeLayer(folder, [{ name: `app/${name}.js`, content: name }])]),
      );
    const [one, two] = made.map((tree) => statSync(path.join(tree, 'lib/shared.js')).ino);
    expect(one).toBe(two);
  });

  it('keeps links inside: absolute targets count from the root of the image', async () => {
    const tree = await treeOf([
      { name: 'etc/real', content: 'found' },
      { name: 'usr/bin/link', type: 'symlink', linkname: '/etc/real' },
      { name: 'hard', type: 'link', linkname: 'etc/real' },
    ]);
    expect(readlinkSync(path.join(tree, 'usr/bin/link'))).toBe('../../etc/real');
    expect(readFileSync(path.join(tree, 'usr/bin/link'), 'utf8')).toBe('found');
    expect(readFileSync(path.join(tree, 'hard'), 'utf8')).toBe('found');
  });

  it.each<[string, TarEntry[]]>([
    ['climbs out', [{ name: '../outside', content: 'x' }]],
    ['climbs out on a way that begins inside', [{ name: 'a/../../outside', content: 'x' }]],
    ['is absolute', [{ name: '/outside', content: 'x' }]],
    ['is a link that leaves', [{ name: 'a/link', type: 'symlink', linkname: '../../outside' }]],
    [
      'writes through a link',
      [
        { name: 'link', type: 'symlink', linkname: '.' },
        { name: 'link/file', content: 'x' },
      ],
    ],
    ['is a hard link that leaves', [{ name: 'link', type: 'link', linkname: '../outside' }]],
    [
      'is a hard link through a link',
      [
        { name: 'd/e/l', type: 'symlink', linkname: '../..' },
        { name: 'd/file', content: 'x' },
        { name: 'link', type: 'link', linkname: 'd/e/l/d/file' },
      ],
    ],
    ['is a pipe', [{ name: 'pipe', type: 'fifo' }]],
  ])('refuses an archive whose entry %s, and leaves nothing of it', async (_, entries) => {
    const folder = tempFolder();
    const store = path.join(folder, 'a/b/store');
    const trees = openImageTrees(store);
    await expect(trees.tree([await makeLayer(folder, entries)])).rejects.toThrow();
    expect(existsSync(path.join(folder, 'a/b/store/outside'))).toBe(false);
    expect([...readdirSync(path.join(store, 'layers')), ...readdirSync(path.join(store, 'trees'))]).toEqual(
      [],
    );
  });

  it('refuses a blob that is not what its digest says', async () => {
    const folder = tempFolder();
    const good = await makeLayer(folder, [{ name: 'file', content: 'x' }], { gzip: false });
    writeFileSync(good.file, readFileSync(good.file).fill(121, 512, 513));
    await expect(openImageTrees(path.join(folder, 'store')).tree([good])).rejects.toThrow(
      'verification failed',
    );
  });

  it('unpacks an image once, however many ask for it at once', async () => {
    const folder = tempFolder();
    const layer = await makeLayer(folder, [{ name: 'file', content: 'x' }]);
    const trees = openImageTrees(path.join(folder, 'store'));
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => trees.tree([layer])));
    expect(new Set(others)).toEqual(new Set([first]));
  });

  it('prunes what was half made or has not been used for a week', async () => {
    const folder = tempFolder();
    const trees = openImageTrees(path.join(folder, 'store'));
    const old = await trees.tree([await makeLayer(folder, [{ name: 'old', content: 'x' }])]);
    const fresh = await trees.tree([await makeLayer(folder, [{ name: 'fresh', content: 'x' }])]);
    const now = Date.now();
    utimesSync(old, (now - 8 * 24 * 3600_000) / 1000, (now - 8 * 24 * 3600_000) / 1000);
    await trees.prune(now);
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});
