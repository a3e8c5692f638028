import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { ServiceId } from '../calls/services.ts';
import type { Exchange } from '../support/recorder.ts';

const SCRIPT = fileURLToPath(new URL('./botocore.py', import.meta.url));

export interface Judged extends Exchange {
  service: ServiceId;
  /** The error that the row wants, if any. */
  code: string | undefined;
}

/**
 * Has a botocore read answers and validate what it read against its own models, in one process for all.
 * @param python that has awscli or botocore
 * @returns mistakes of each answer; undefined where this botocore is too old to know the operation
 */
export async function botocoreMistakes(python: string, answers: Judged[]): Promise<(string[] | undefined)[]> {
  const { stdout } = await execa(python, ['-I', SCRIPT], { input: JSON.stringify(answers) });
  return (JSON.parse(stdout) as (string[] | null)[]).map((mistakes) => mistakes ?? undefined);
}
