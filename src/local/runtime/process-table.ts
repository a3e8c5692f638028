import { readdirSync, readFileSync } from 'node:fs';

/** What the processes of a group have used, those that have ended and been collected included. */
export interface GroupUsage {
  residentBytes: number;
  cpuMilliseconds: number;
}

/** Every process group on this machine by its number, from one walk over /proc. */
export function groupUsage(): Map<number, GroupUsage> {
  const groups = new Map<number, GroupUsage>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d/.test(name)) continue;
    const stat = readStat(name);
    if (!stat) continue;
    const { residentBytes, cpuMilliseconds } = groups.get(stat.group) ?? NOTHING;
    groups.set(stat.group, {
      residentBytes: residentBytes + stat.residentPages * pageSize(),
      cpuMilliseconds: cpuMilliseconds + stat.ticks * MS_PER_TICK,
    });
  }
  return groups;
}

/** Resident bytes alone. */
export function groupMemory(): Map<number, number> {
  return new Map([...groupUsage()].map(([group, { residentBytes }]) => [group, residentBytes]));
}

const NOTHING: GroupUsage = { residentBytes: 0, cpuMilliseconds: 0 };
/** USER_HZ, which the kernel keeps at 100 for whoever reads /proc. */
const MS_PER_TICK = 10;

/** proc_pid_stat(5): the name stands in brackets and may hold anything; fields count from 3 behind it. */
function readStat(pid: string): { group: number; residentPages: number; ticks: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // it ended while we walked
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // utime, stime, and both of children that were waited for
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { group: Number(fields[2]), residentPages: Number(fields[21]), ticks };
}

let knownPageSize: number | undefined;

/** AT_PAGESZ of the auxiliary vector: 4096 on x86-64, up to 65536 on arm64. */
function pageSize(): number {
  knownPageSize ??= readPageSize();
  return knownPageSize;
}

function readPageSize(): number {
  const AT_PAGESZ = 6n;
  const vector = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= vector.length; at += 16)
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  return 4096;
}
