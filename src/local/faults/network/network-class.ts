import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../../../lib/errors.ts';
import { isMount, mounts } from '../mounts.ts';
import { runSystem } from '../system-command.ts';

/**
 * Puts processes into a class of network traffic, by which packet filter rules know what they send: their sockets,
 * those that are open already too. That is the net_cls controller of control groups (version 1, which can be mounted
 * beside version 2): Documentation/admin-guide/cgroup-v1/net_cls.rst.
 * @param folder in `classesFolder()`
 * @param number the class, 32 bits
 */
export function joinClass(folder: string, number: number, pids: number[]): void {
  try {
    makeClass(folder);
    // Never made anew: where the controller is not mounted, this has to fail.
    writeFileSync(path.join(folder, 'net_cls.classid'), String(number), { flag: 'r+' });
    for (const pid of pids) addToClass(folder, pid);
  } catch (cause) {
    throw cause instanceof GsysError ? cause : unable(cause);
  }
}

export function addToClass(folder: string, pid: number): void {
  try {
    writeFileSync(path.join(folder, 'cgroup.procs'), String(pid), { flag: 'r+' });
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Puts the processes of a class back where they came from; a class that is not there is fine. */
export function leaveClass(folder: string): void {
  const parent = path.dirname(folder);
  if (existsSync(folder)) {
    const members = () => readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    // One that forks while it is moved leaves a child behind.
    for (let turn = 0; turn < 3; turn++) for (const pid of members()) addToClass(parent, Number(pid));
    rmdirSync(folder);
  }
  if (parent === OWN_MOUNT) unmountIfUnused();
}

/**
 * Mounts the controller if nobody has.
 * @returns where it is mounted
 * @throws GsysError PLATFORM_FAILED where that is not allowed
 */
export function classesFolder(): string {
  const mounted = mounts().find(({ type, options }) => type === 'cgroup' && options.includes('net_cls'));
  if (mounted !== undefined) return mounted.folder;
  try {
    mkdirSync(OWN_MOUNT, { recursive: true, mode: 0o700 });
    runSystem('mount', ['-t', 'cgroup', '-o', 'net_cls', 'net_cls', OWN_MOUNT]);
    return OWN_MOUNT;
  } catch (cause) {
    removeFolder(OWN_MOUNT);
    throw unable(cause);
  }
}

/** The controller has one tree on a machine, for all platforms there; who uses it last unmounts it. */
const OWN_MOUNT = '/run/gsys-net-cls';

/** Another platform may have unmounted the controller since it was found. */
function makeClass(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || classesFolder() !== path.dirname(folder))
      throw error;
    mkdirSync(folder);
  }
}

function unmountIfUnused(): void {
  if (!isMount(OWN_MOUNT)) return;
  const classes = readdirSync(OWN_MOUNT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (classes.length > 0) return;
  runSystem('umount', [OWN_MOUNT]);
  removeFolder(OWN_MOUNT);
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was never made, or somebody makes use of it.
  }
}

function unable(cause: unknown): GsysError {
  return new GsysError(
    'PLATFORM_FAILED',
    `this machine does not let traffic be told apart by process (cgroup net_cls): ${messageOf(cause)}`,
    { cause, next: 'run the platform as root on Linux (in a container: with SYS_ADMIN and NET_ADMIN)' },
  );
}
