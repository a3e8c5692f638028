import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  freeSpace,
  giveBackFolder,
  mountDisk,
  type SmallDisk,
  takeFolder,
} from '../../../../src/local/faults/disk/small-disk.ts';
import { isMount } from '../../../../src/local/faults/mounts.ts';
import { runSystem } from '../../../../src/local/faults/system-command.ts';
import { canMount } from '../../../support/abilities.ts';

describe.runIf(canMount)('a folder on a small disk', () => {
  let root: string;
  let disk: SmallDisk;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gsys-small-disk-'));
    runSystem('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'gsys-test', root]);
    disk = { folder: path.join(root, 'a folder'), mount: path.join(root, 'mount') };
    mkdirSync(disk.folder, { mode: 0o750 });
    write('kept', 'before');
    write('inside/file', 'before');
    write('draft.tmp', 'half');
  });
  afterEach(() => {
    for (const place of [disk.folder, disk.mount, root])
      if (isMount(place)) runSystem('umount', ['--lazy', place]);
    rmSync(root, { recursive: true, force: true });
  });

  const file = (name: string) => path.join(disk.folder, name);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  const names = () => readdirSync(disk.folder, { recursive: true }).map(String).sort();
  const full = expect.objectContaining({ code: 'ENOSPC' });

  function write(name: string, text: string): void {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  }

  function take(): void {
    mountDisk(disk);
    takeFolder(disk);
  }

  it('holds the same files, but drafts, and takes not a byte more until there is room', () => {
    take();
    expect(names()).toEqual(['inside', 'inside/file', 'kept']);
    expect(statSync(disk.folder).mode & 0o777).toBe(0o750);
    expect(() => write('new', 'after')).toThrow(full);
    freeSpace(disk);
    write('new', 'after');
    expect([read('kept'), read('new')]).toEqual(['before', 'after']);
  });

  it('is given back with what was written, and without what was deleted', () => {
    take();
    freeSpace(disk);
    write('kept', 'after');
    write('new', 'after');
    rmSync(file('inside'), { recursive: true });
    giveBackFolder(disk);
    expect(names()).toEqual(['kept', 'new']);
    expect([read('kept'), read('new')]).toEqual(['after', 'after']);
    expect([isMount(disk.folder), isMount(disk.mount), existsSync(disk.mount)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('stays where it is, whole, when its own disk has no room for it, and is given back when there is', () => {
    take();
    freeSpace(disk);
    write('large', 'x'.repeat(9 << 20));
    expect(() => giveBackFolder(disk)).toThrow(full);
    expect(read('kept')).toBe('before');
    expect(readdirSync(root).sort()).toEqual(['a folder', 'mount']);
    write('large', 'less');
    giveBackFolder(disk);
    expect([read('large'), read('kept')]).toEqual(['less', 'before']);
  });

  it('is given back by doing it again after it was cut short between its steps', () => {
    take();
    freeSpace(disk);
    write('kept', 'after');
    // As far as the copy beside the folder, half of which has been moved.
    const copied = `${disk.folder}.copied`;
    mkdirSync(path.join(copied, 'inside'), { recursive: true });
    writeFileSync(path.join(copied, 'inside', 'file'), 'after');
    runSystem('umount', ['--lazy', disk.folder]);
    write('kept', 'after');
    giveBackFolder(disk);
    expect([read('kept'), read('inside/file')]).toEqual(['after', 'after']);
    expect(readdirSync(root)).toEqual(['a folder']);
  });

  it('that was never taken is left alone', () => {
    mountDisk(disk);
    giveBackFolder(disk);
    giveBackFolder(disk);
    expect(read('kept')).toBe('before');
    expect(readdirSync(root)).toEqual(['a folder']);
  });
});
