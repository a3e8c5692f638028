import { GsysError, messageOf } from '../../../errors.ts';
import type { Child } from './child.ts';

/** Why a server of the check does not come up; ends what is left of it. */
export async function startFailure(child: Child, program: string): Promise<GsysError> {
  const lines = child.lastLines();
  const ended = child.hasExited();
  await child.end();
  const how = await child.exited.then((code) => `it ended with ${code}`, messageOf);
  const why = ended ? how : 'it does not come up';
  return new GsysError('CHECK_FAILED', `${program} cannot be used for the check: ${why}`, { details: lines });
}
