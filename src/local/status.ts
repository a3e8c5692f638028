import path from 'node:path';
import { GsysError } from '../lib/errors.ts';
import { requirePrivate } from '../lib/pki/private-folder.ts';
import { askStatus, readPlatformFile } from './control-client.ts';
import type { LocalStatus, PlatformFile } from './platform-schema.ts';
import { lockHolder } from './supervisor/lock.ts';

/** What of the embedded platform runs now. @throws GsysError PLATFORM_FAILED when it does not run */
export async function localStatus(stateDir: string, signal: AbortSignal): Promise<LocalStatus> {
  return await askStatus(requireRunning(stateDir), signal);
}

/** How to talk to the supervisor. @throws GsysError PLATFORM_FAILED when there is none that is ready */
export function requireRunning(stateDir: string): PlatformFile {
  const holder = requirePrivate(stateDir) ? lockHolder(stateDir) : undefined;
  if (holder === undefined)
    throw new GsysError('PLATFORM_FAILED', 'The embedded platform does not run.', { next: 'gsys local up' });
  const platform = readPlatformFile(path.join(stateDir, 'platform.json'));
  if (platform?.supervisor.pid === holder.pid) return platform;
  throw new GsysError('PLATFORM_FAILED', `The embedded platform is starting or ending (pid ${holder.pid}).`, {
    next: 'gsys local up',
  });
}
