import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { removeAllTraces } from './faults/traces.ts';
import { endAll, isAlive, openJournal, type ProcessEntry, startOf } from './journal.ts';
import { removeFromDocker } from './runtime/docker/docker-mark.ts';
import { takeLock } from './supervisor/lock.ts';

/** Milliseconds a supervisor has: tasks drain, nodes close their files. */
const PATIENCE = 25_000;
const POLL_MS = 50;

/**
 * Ends a supervisor and everything of it. If it is already gone, or does not end in time, its journal tells what it
 * started, and that is ended in its place.
 * @throws GsysError when its containers are in a Docker that does not answer
 */
export async function endSupervisor(stateDir: string, pid: number | undefined): Promise<void> {
  const supervisor = entryOf(pid);
  if (supervisor !== undefined) {
    signal(supervisor, 'SIGTERM');
    signal(supervisor, 'SIGCONT');
    const deadline = Date.now() + PATIENCE;
    while (isAlive(supervisor) && Date.now() < deadline) await wait(POLL_MS);
    signal(supervisor, 'SIGKILL');
    while (isAlive(supervisor)) await wait(POLL_MS);
  }
  await cleanUp(stateDir);
}

/** Under the lock, so that it is never the next supervisor's processes that are ended. */
async function cleanUp(stateDir: string): Promise<void> {
  const lock = takeLock(stateDir);
  if ('pid' in lock) return;
  try {
    const journal = path.join(stateDir, 'processes.journal');
    await endAll(openJournal(journal).entries());
    await removeAllTraces(stateDir);
    for (const file of [journal, path.join(stateDir, 'platform.json')]) rmSync(file, { force: true });
    await removeFromDocker(stateDir);
  } finally {
    lock.release();
  }
}

function entryOf(pid: number | undefined): ProcessEntry | undefined {
  const start = pid === undefined ? undefined : startOf(pid);
  return pid === undefined || start === undefined ? undefined : { pid, start };
}

function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (!isAlive(entry)) return;
  try {
    process.kill(entry.pid, name);
  } catch {
    // It has just ended.
  }
}
