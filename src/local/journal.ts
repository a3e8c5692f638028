import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** A process, told apart from a later one with the same number by when it started. */
export interface ProcessEntry {
  pid: number;
  start: string;
}

/** Which processes the platform runs, on disk before anything else happens to them. */
export interface Journal {
  add(pid: number): void;
  remove(pid: number): void;
  entries(): ProcessEntry[];
}

/**
 * One line per event, appended at once: `+ pid start` or `- pid`. A line that a crash cut short is skipped, and the
 * next one starts afresh. Health commands come and go all day, so the file is written anew, with what still runs,
 * every so many lines.
 */
export function openJournal(file: string): Journal {
  let lines = 0;
  closeSync(openSync(file, 'a', 0o600));
  const text = readFileSync(file, 'utf8');
  let cut = text !== '' && !text.endsWith('\n');
  const append = (line: string) => {
    const before = cut ? '\n' : '';
    // Until it is there whole: a full disk cuts it anywhere.
    cut = true;
    appendFileSync(file, before + line);
    cut = false;
    lines += 1;
    if (lines < COMPACT_AFTER) return;
    lines = 0;
    const kept = parse(readFileSync(file, 'utf8')).map(({ pid, start }) => `+ ${pid} ${start}\n`);
    writeFileSync(`${file}.new`, kept.join(''), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    add(pid) {
      const start = startOf(pid);
      if (start !== undefined) append(`+ ${pid} ${start}\n`);
    },
    remove: (pid) => append(`- ${pid}\n`),
    entries: () => parse(readFileSync(file, 'utf8')),
  };
}

/**
 * Ends processes and their groups: SIGTERM, then SIGKILL for what is left after `grace` milliseconds. Only where
 * number and start still match; a number that went to somebody else is left alone.
 */
export async function endAll(entries: ProcessEntry[], grace = 3000): Promise<void> {
  const ours = entries.filter(isAlive);
  for (const { pid } of ours) {
    signalGroup(pid, 'SIGTERM');
    // A stopped process takes its SIGTERM once it goes on.
    signalGroup(pid, 'SIGCONT');
  }
  const deadline = Date.now() + grace;
  while (Date.now() < deadline && ours.some((entry) => isAlive(entry) || groupExists(entry.pid)))
    await wait(POLL_MS);
  for (const { pid } of ours) signalGroup(pid, 'SIGKILL');
  while (ours.some(isAlive)) await wait(POLL_MS);
}

export function isAlive({ pid, start }: ProcessEntry): boolean {
  return startOf(pid) === start;
}

/** @returns undefined when there is no such process, or only what its parent has not collected yet */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
}

const POLL_MS = 20;
const COMPACT_AFTER = 2000;

/** proc(5): state is field 3 and starttime, in clock ticks since boot, field 22; the name in field 2 may hold spaces. */
function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : start.join('_');
  } catch {
    return undefined;
  }
}

function parse(text: string): ProcessEntry[] {
  const entries = new Map<number, ProcessEntry>();
  // What comes after the last line feed was never finished.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sign, pid, start] = /^([+-]) (\d+)(?: (\S+))?$/.exec(line) ?? [];
    if (sign === '+' && start !== undefined) entries.set(Number(pid), { pid: Number(pid), start });
    if (sign === '-') entries.delete(Number(pid));
  }
  return [...entries.values()];
}

function groupExists(pid: number): boolean {
  return trySignal(-pid, 0);
}

/** The group if the process leads one, and the process itself. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  trySignal(-pid, signal);
  trySignal(pid, signal);
}

function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
