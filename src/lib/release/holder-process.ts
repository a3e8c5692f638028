import { readFileSync, readlinkSync } from 'node:fs';

/** A process, for whoever finds its lock: numbers mean something on one machine only, and are used again. */
export interface HolderProcess {
  /** Of one start of one machine, and of one container on it. */
  machine: string;
  pid: number;
  /** Clock ticks since the machine's start; tells it apart from a later process of the same number. */
  start: string;
}

/** This process; undefined where the system does not tell (https://man7.org/linux/man-pages/man5/proc.5.html). */
export function ownProcess(): HolderProcess | undefined {
  const machine = machineOf();
  const start = startOf(process.pid);
  return machine === undefined || start === undefined ? undefined : { machine, pid: process.pid, start };
}

/** Whether a process of this machine has ended for certain; of others nothing is known. */
export function hasEnded(holder: HolderProcess): boolean {
  return holder.machine === machineOf() && startOf(holder.pid) !== holder.start;
}

function machineOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** A process that has ended and that nobody has collected yet has no start either. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
