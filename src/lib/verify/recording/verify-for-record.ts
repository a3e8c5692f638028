import { CHECKS } from '../catalog.ts';
import type { VerifyDocument } from '../document.ts';
import { documentOf } from '../observation.ts';
import { look, type VerifyOptions } from '../run.ts';
import { selectChecks } from '../select.ts';
import { notingSecrets } from './noting-secrets.ts';
import { type Recording, record } from './record.ts';

/**
 * Verifies, and hands out all that was looked at, without secrets, to be written down and judged again; the document is of that.
 * @param gsys version of this program
 * @throws GsysError as `verify`
 */
export async function verifyForRecord(
  options: VerifyOptions & { gsys: string },
): Promise<{ document: VerifyDocument; recording: Recording }> {
  const checks = selectChecks(CHECKS, options);
  const { aws, secrets } = notingSecrets(options.aws);
  const recording = record(await look(checks, { ...options, aws }), checks, { gsys: options.gsys, secrets });
  return { document: documentOf(recording.observation, checks), recording };
}
