import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../../../lib/errors.ts';

/**
 * Puts processes into a class of network traffic, by which packet filter rules know what they send: their sockets,
 * those that are open already too. That is the net_cls controller of control groups (version 1, which can be mounted
 * beside version 2): Documentation/admin-guide/cgroup-v1/net_cls.rst.
 * @param number the class, 32 bits
 */
export function joinClass(folder: string, number: number, pids: number[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'net_cls.classid'), String(number));
    for (const pid of pids) addToClass(folder, pid);
  } catch (cause) {
    throw unable(cause);
  }
}

export function addToClass(folder: string, pid: number): void {
  try {
    writeFileSync(path.join(folder, 'cgroup.procs'), String(pid));
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Puts the processes of a class back where they came from; a class that is not there is fine. */
export function leaveClass(folder: string): void {
  const parent = path.dirname(folder);
  if (existsSync(folder)) {
    const pids = readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    for (const pid of pids) addToClass(parent, Number(pid));
    rmdirSync(folder);
  }
  unmountIfUnused(parent);
}

/**
 * @param ours where to mount the controller if nobody has
 * @returns where it is mounted
 * @throws GsysError PLATFORM_FAILED where that is not allowed
 */
export function classesFolder(ours: string): string {
  const mounted = mounts().find(({ type, options }) => type === 'cgroup' && options.includes('net_cls'));
  if (mounted !== undefined) return mounted.folder;
  try {
    mkdirSync(ours, { recursive: true, mode: 0o700 });
    execFileSync('mount', ['-t', 'cgroup', '-o', 'net_cls', 'net_cls', ours], { stdio: 'pipe' });
    return ours;
  } catch (cause) {
    throw unable(cause);
  }
}

/** Name of the folder under a platform's state where the controller is mounted: what is elsewhere is not ours. */
export const OWN_MOUNT = 'gsys-net-cls';

function unmountIfUnused(folder: string): void {
  if (path.basename(folder) !== OWN_MOUNT || !mounts().some((mount) => mount.folder === folder)) return;
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (children.length === 0) execFileSync('umount', [folder], { stdio: 'pipe' });
}

/** proc_mounts(5); blanks in names are written in octal. */
function mounts(): { folder: string; type: string; options: string[] }[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => {
      const [, folder = '', type = '', options = ''] = line.split(' ');
      const name = folder.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)));
      return { folder: name, type, options: options.split(',') };
    });
}

function unable(cause: unknown): GsysError {
  return new GsysError(
    'PLATFORM_FAILED',
    `this machine does not let traffic be told apart by process (cgroup net_cls): ${messageOf(cause).split('\n').at(-1)}`,
    { cause, next: 'run the platform as root on Linux (in a container: with SYS_ADMIN and NET_ADMIN)' },
  );
}
