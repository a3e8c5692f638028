import { mkdirSync } from 'node:fs';
import { GsysError, messageOf } from '../lib/errors.ts';
import { requirePrivate } from '../lib/pki/private-folder.ts';

/**
 * Makes the folder of an environment's state, or accepts the one that is there. It holds keys and says what runs,
 * so it must be a folder of ours that nobody else can enter.
 */
export function ensureStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `${stateDir} cannot be made: ${messageOf(cause)}`, { cause });
  }
  requirePrivate(stateDir);
}
