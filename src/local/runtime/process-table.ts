import { readdirSync, readFileSync } from 'node:fs';

/** Resident bytes of every process group on this machine, from one walk over /proc. */
export function groupMemory(): Map<number, number> {
  const groups = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d/.test(name)) continue;
    const stat = readStat(name);
    if (stat) groups.set(stat.group, (groups.get(stat.group) ?? 0) + stat.residentPages * pageSize());
  }
  return groups;
}

/** proc_pid_stat(5): the name stands in brackets and may hold anything; fields count from 3 behind it. */
function readStat(pid: string): { group: number; residentPages: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // it ended while we walked
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), residentPages: Number(fields[21]) };
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
