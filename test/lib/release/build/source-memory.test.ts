import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import { sourceMemory } from '../../../../src/lib/release/build/source-memory.ts';
import { tempFolder } from '../../../local/runtime/temp-folder.ts';

/** A bundle of one file, kept; and what a later build recalls of it. */
async function kept({ since = Date.now() + 1000 } = {}) {
  const root = tempFolder();
  const source = path.join(root, 'main.ts');
  writeFileSync(source, 'one');
  const fleet = { root, environment: { stateDir: path.join(root, 'state') } } as Fleet;
  const bundle = { main: Buffer.from('m'), health: Buffer.from('h'), sources: [source] };
  await (await sourceMemory(fleet)).keep(new Map([['settings', bundle]]), since);
  return {
    source,
    root,
    recall: async (name = 'settings') => await (await sourceMemory(fleet)).recall(name),
  };
}

it('recalls what a bundle was as long as its sources are what they were', async () => {
  const { recall } = await kept();
  expect((await recall())?.map(({ path: file }) => file)).toEqual(['app/health.js', 'app/main.js']);
  expect(await recall('another')).toBeUndefined();
});

it.each<[string, (source: string, root: string) => void]>([
  ['has other bytes', (source) => writeFileSync(source, 'two')],
  ['was written again', (source) => utimesSync(source, new Date(), new Date())],
  ['is gone', (source) => rmSync(source)],
  ['may be another package now', (_, root) => writeFileSync(path.join(root, 'package-lock.json'), '{}')],
])('forgets it when a source %s', async (_, change) => {
  const { recall, source, root } = await kept();
  change(source, root);
  expect(await recall()).toBeUndefined();
});

it('keeps nothing of a source that may have been written while it was read', async () => {
  const { recall } = await kept({ since: Date.now() - 1000 });
  expect(await recall()).toBeUndefined();
});
