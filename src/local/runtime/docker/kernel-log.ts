import { closeSync, constants, openSync, readSync } from 'node:fs';

/** The longest record of /dev/kmsg: CONSOLE_EXT_LOG_MAX of the kernel. */
const MAX_RECORD = 8192;

/**
 * Whether the kernel says that it ended a process of a container for its memory. Some Engines do not notice: on
 * control groups v1, containerd 1.6 misses it with Linux 6.18.
 * @param id the container's, which is part of its control group's name
 * @returns false also where this user may not read the kernel's log
 */
export function killedByKernel(id: string): boolean {
  const line = new RegExp(`oom-kill:.*task_memcg=[^,]*${id}`);
  return kernelLog((record) => line.test(record));
}

/** Reads records, oldest first, until one fits or there are no more. */
function kernelLog(fits: (record: string) => boolean): boolean {
  let log: number;
  try {
    log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return false;
  }
  try {
    for (let record = next(log); record !== undefined; record = next(log)) if (fits(record)) return true;
    return false;
  } finally {
    closeSync(log);
  }
}

/** A read gives one record: proc(5). */
function next(log: number): string | undefined {
  const buffer = Buffer.alloc(MAX_RECORD);
  try {
    return buffer.toString('latin1', 0, readSync(log, buffer));
  } catch (error) {
    // The record was overwritten meanwhile; reading goes on with the oldest that is left.
    return (error as NodeJS.ErrnoException).code === 'EPIPE' ? '' : undefined;
  }
}
