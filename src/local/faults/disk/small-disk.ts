import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../../../lib/errors.ts';

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
 * Lays a small file system (tmpfs) with the same files over a folder, and fills it: whoever opens its files from now
 * on meets ENOSPC. Everything happens at once, before anything else of this process can run.
 * @throws GsysError PLATFORM_FAILED where this user or machine does not let mount
 */
export function takeFolder({ folder, mount }: SmallDisk): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const size = Math.ceil((sizeOf(folder) + ROOM) / MIB);
  const mode = (statSync(folder).mode & 0o777).toString(8);
  try {
    mkdirSync(mount, { recursive: true, mode: 0o700 });
    run('mount', ['-t', 'tmpfs', '-o', `size=${size}m,mode=${mode}`, 'gsys-small-disk', mount]);
    copy(folder, path.join(mount, 'files'));
    fill(path.join(mount, 'ballast'));
    run('mount', ['--bind', path.join(mount, 'files'), folder]);
  } catch (cause) {
    throw new GsysError('PLATFORM_FAILED', `a small disk cannot be laid over ${folder}: ${reason(cause)}`, {
      cause,
      next: 'run the platform as root on Linux (in a container: with SYS_ADMIN)',
    });
  }
}

/** Frees the space, and gives the folder its place back with what was written meanwhile. Nobody may use it. */
export function giveBackFolder({ folder, mount }: SmallDisk): void {
  const covered = isMount(folder);
  if (isMount(mount)) {
    rmSync(path.join(mount, 'ballast'), { force: true });
    if (covered) {
      run('umount', ['--lazy', folder]);
      for (const name of readdirSync(folder))
        rmSync(path.join(folder, name), { recursive: true, force: true });
      copy(path.join(mount, 'files'), folder);
    }
    run('umount', ['--lazy', mount]);
  }
  try {
    rmdirSync(mount);
  } catch {
    // It was never made, or the next fault makes use of it.
  }
}

/** The disk has room again, and everybody goes on. */
export function freeSpace({ mount }: SmallDisk): void {
  rmSync(path.join(mount, 'ballast'), { force: true });
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

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size + 4096, 0);
}

function isMount(folder: string): boolean {
  const escaped = folder.replace(
    /[\s\\]/g,
    (blank) => `\\${blank.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === escaped);
}

function run(program: string, args: string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}

function reason(cause: unknown): string {
  return messageOf(cause).trim().split('\n').at(-1) ?? '';
}
