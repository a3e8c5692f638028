import { rmSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../lib/errors.ts';
import { requirePrivate } from '../lib/pki/private-folder.ts';
import { endSupervisor } from './end-supervisor.ts';
import { isAlive, openJournal } from './journal.ts';
import { isMarked } from './runtime/docker/docker-mark.ts';
import { lockHolder } from './supervisor/lock.ts';

export interface DownResult {
  /** `leftovers`: the supervisor was gone, but not everything it had started. */
  outcome: 'stopped' | 'leftovers' | 'nothing-ran';
  wiped: boolean;
}

/** Ends exactly what `up` started. State stays, unless it is wiped. */
export async function down(stateDir: string, { wipe }: { wipe: boolean }): Promise<DownResult> {
  if (!requirePrivate(stateDir)) return { outcome: 'nothing-ran', wiped: false };
  const outcome = await stop(stateDir);
  if (wipe) removeState(stateDir);
  return { outcome, wiped: wipe };
}

async function stop(stateDir: string): Promise<DownResult['outcome']> {
  const supervisor = lockHolder(stateDir);
  const journal = openJournal(path.join(stateDir, 'processes.journal'));
  const leftovers = journal.entries().some(isAlive) || isMarked(stateDir);
  await endSupervisor(stateDir, supervisor?.pid);
  if (supervisor !== undefined) return 'stopped';
  return leftovers ? 'leftovers' : 'nothing-ran';
}

function removeState(stateDir: string): void {
  try {
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${stateDir} could not be removed: ${messageOf(cause)}`, { cause });
  }
}
