import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../../../lib/errors.ts';
import { isMount } from '../mounts.ts';
import { runSystem } from '../system-command.ts';

/** A folder that lies on a small file system of its own for a while. */
export interface SmallDisk {
  /** What is made small. */
  folder: string;
  /** Where the file system is mounted too, with what fills it. */
  mount: string;
}

const MIB = 1024 * 1024;
/** Bytes that have to be left for the folder once the ballast is taken away. */
const ROOM = 16 * MIB;

/**
 * Mounts a small file system (tmpfs), and touches nothing else.
 * @throws GsysError PLATFORM_FAILED where this user or machine does not let mount
 */
export function mountDisk({ folder, mount }: SmallDisk): void {
  try {
    mkdirSync(mount, { recursive: true, mode: 0o700 });
    runSystem('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'gsys-small-disk', mount]);
  } catch (cause) {
    throw new GsysError(
      'PLATFORM_FAILED',
      `a small disk cannot be laid over ${folder}: ${messageOf(cause)}`,
      {
        cause,
        next: 'run the platform as root on Linux (in a container: with SYS_ADMIN)',
      },
    );
  }
}

/**
 * Lays a mounted disk with the same files over a folder, and fills it: whoever opens its files from now on meets
 * ENOSPC. Everything happens at once, before anything else of this process can run.
 */
export function takeFolder({ folder, mount }: SmallDisk): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const size = Math.ceil((sizeOf(folder) + ROOM) / MIB);
  runSystem('mount', ['-o', `remount,size=${size}m`, mount]);
  copy(folder, files(mount));
  fill(path.join(mount, 'ballast'));
  runSystem('mount', ['--bind', files(mount), folder]);
}

/** The disk has room again, and everybody goes on. */
export function freeSpace({ mount }: SmallDisk): void {
  rmSync(path.join(mount, 'ballast'), { force: true });
}

/**
 * Frees the space, and gives the folder its place back with what was written meanwhile. Nobody may use it. Where it
 * is cut short, at whatever step, doing it again does the rest.
 */
export function giveBackFolder(disk: SmallDisk): void {
  const { folder, mount } = disk;
  const copied = `${folder}.copied`;
  if (isMount(mount)) {
    freeSpace(disk);
    if (isMount(folder)) {
      copyWhole(files(mount), copied);
      runSystem('umount', ['--lazy', folder]);
    }
    if (existsSync(copied)) moveContents(copied, folder, readdirSync(files(mount)));
    runSystem('umount', ['--lazy', mount]);
  }
  try {
    rmdirSync(mount);
  } catch {
    // It was never made, or the next fault makes use of it.
  }
}

function files(mount: string): string {
  return path.join(mount, 'files');
}

/** Until not a byte more fits: whole pieces first, then what is left. */
function fill(file: string): void {
  for (let piece = MIB; piece >= 1; piece = Math.floor(piece / 16)) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(piece), { flag: 'a', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

/** All of it or nothing: the disk that is copied to may be full itself. */
function copyWhole(from: string, to: string): void {
  const draft = `${to}.draft`;
  try {
    for (const left of [draft, to]) rmSync(left, { recursive: true, force: true });
    copy(from, draft);
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** @param all names that are to be there in the end; some may have been moved already */
function moveContents(from: string, to: string, all: string[]): void {
  for (const name of readdirSync(to).filter((each) => !all.includes(each)))
    rmSync(path.join(to, name), { recursive: true, force: true });
  for (const name of readdirSync(from)) {
    rmSync(path.join(to, name), { recursive: true, force: true });
    renameSync(path.join(from, name), path.join(to, name));
  }
  rmdirSync(from);
}

/**
 * Drafts are left behind: who is writing one has it open on the other disk, and would put the half that was copied in
 * the place of the whole.
 */
function copy(from: string, to: string): void {
  const filter = (file: string) => !file.endsWith('.tmp') && path.basename(path.dirname(file)) !== 'uploads';
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, filter });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size + 4096, 0);
}
