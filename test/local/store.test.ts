import { statSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GsysError } from '../../src/lib/errors.ts';
import { openStore } from '../../src/local/store.ts';

let folder: string;
const errors: unknown[] = [];
const open = () =>
  openStore(folder, { onError: (error) => errors.push(error), writeDelay: 5, retryDelay: 5 });

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gsys-store-'));
  errors.length = 0;
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('store', () => {
  it('gives back after a restart what was put', async () => {
    await open().collection('things').put('a', { n: 1 });
    expect(open().collection('things').get('a')).toEqual({ n: 1 });
  });

  it('forgets for good what was removed', async () => {
    const things = open().collection('things');
    await things.put('a', 1);
    await things.remove('a');
    expect(open().collection('things').keys()).toEqual([]);
  });

  it('keeps keys that every object inherits', async () => {
    await open().collection('things').put('__proto__', { n: 1 });
    const again = open().collection('things');
    expect([again.keys(), again.get('__proto__'), again.get('toString')]).toEqual([
      ['__proto__'],
      { n: 1 },
      undefined,
    ]);
  });

  it('writes a burst of a thousand changes in a few writes', async () => {
    const writes = new Set<number>();
    const watcher = watch(folder, () => {
      const { ino } = statSync(path.join(folder, 'things.json'), { throwIfNoEntry: false }) ?? {};
      if (ino !== undefined) writes.add(ino);
    });
    const store = open();
    const things = store.collection<number>('things');
    await Promise.all(Array.from({ length: 1000 }, (_, i) => things.put(`k${i}`, i)));
    await store.close();
    await expect.poll(() => writes.size).toBeGreaterThan(0);
    watcher.close();
    expect(writes.size).toBeLessThan(5);
    expect(open().collection('things').keys()).toHaveLength(1000);
  });

  it('saves a background change without being asked', async () => {
    open().collection('things').set('a', 1);
    await expect
      .poll(() => readFile(path.join(folder, 'things.json'), 'utf8').catch(() => ''))
      .toBe('{"a":1}');
  });

  it('writes files that nobody else may read and leaves no temporary ones', async () => {
    await open().collection('things').put('a', 1);
    expect(await readdir(folder)).toEqual(['things.json']);
    expect((await stat(path.join(folder, 'things.json'))).mode & 0o777).toBe(0o600);
  });

  it('names a damaged file and what to do, and leaves it as it is', async () => {
    const file = path.join(folder, 'things.json');
    await writeFile(file, '{"a":1');
    expect(() => open().collection('things')).toThrow(GsysError);
    expect(() => open().collection('things')).toThrow(file);
    expect(await readFile(file, 'utf8')).toBe('{"a":1');
  });

  it('ignores the temporary file of a write that a crash cut off', async () => {
    await open().collection('things').put('a', 1);
    await writeFile(path.join(folder, 'things.json.tmp'), '{"a":');
    const things = open().collection('things');
    await things.put('b', 2);
    expect(open().collection('things').keys()).toEqual(['a', 'b']);
  });

  it('undoes a put that the disk refused, and tells its caller', async () => {
    const things = open().collection('things');
    await things.put('a', 1);
    await block();
    await expect(things.put('a', 2)).rejects.toThrow();
    await expect(things.put('b', 2)).rejects.toThrow();
    expect([things.get('a'), things.get('b')]).toEqual([1, undefined]);
    await unblock();
    await things.put('c', 3);
    expect(open().collection('things').keys()).toEqual(['a', 'c']);
  });

  it('reports a background write that failed and tries it again', async () => {
    const things = open().collection('things');
    await block();
    things.set('a', 1);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await unblock();
    await expect
      .poll(() => readFile(path.join(folder, 'things.json'), 'utf8').catch(() => ''))
      .toBe('{"a":1}');
  });
});

/** A folder where the temporary file should go: no write can succeed, not even root's. */
async function block(): Promise<void> {
  await mkdir(path.join(folder, 'things.json.tmp', 'full'), { recursive: true });
}

async function unblock(): Promise<void> {
  await rm(path.join(folder, 'things.json.tmp'), { recursive: true, force: true });
}
