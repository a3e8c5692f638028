import path from 'node:path';
import { GsysError } from '../lib/errors.ts';
import { askStatus, readPlatformFile } from './control-client.ts';
import type { LocalStatus } from './platform-schema.ts';
import { requirePrivate } from './state-dir.ts';
import { lockHolder } from './supervisor/lock.ts';

/** What of the embedded platform runs now. @throws GsysError PLATFORM_FAILED when it does not run */
export async function localStatus(stateDir: string, signal: AbortSignal): Promise<LocalStatus> {
  const holder = requirePrivate(stateDir) ? lockHolder(stateDir) : undefined;
  if (holder === undefined)
    throw new GsysError('PLATFORM_FAILED', 'The embedded platform does not run.', { next: 'gsys local up' });
  const platform = readPlatformFile(path.join(stateDir, 'platform.json'));
  if (platform?.supervisor.pid !== holder.pid)
    throw new GsysError(
      'PLATFORM_FAILED',
      `The embedded platform is starting or ending (pid ${holder.pid}).`,
      {
        next: 'gsys local up',
      },
    );
  return await askStatus(platform, signal);
}
