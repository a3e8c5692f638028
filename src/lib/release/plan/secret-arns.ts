import { inBatches } from '../../aws/batches.ts';
import type { Secrets } from '../../aws/secrets.ts';
import { GsysError } from '../../errors.ts';

/**
 * The ARN of each secret that there is, by name. A list may lag by minutes, so it counts only where it agrees with what
 * is in use; all others are asked for one by one.
 * @param inUse ARNs that running task definitions refer to
 */
export async function secretArns(
  names: string[],
  { listed, inUse }: { listed: Map<string, string>; inUse: Set<string> },
  secrets: Pick<Secrets, 'arn'>,
): Promise<Map<string, string>> {
  const agreed = new Map([...listed].filter(([, arn]) => inUse.has(arn)));
  const asked = await inBatches(names, 1, async ([name = '']) => {
    const arn = agreed.get(name) ?? (await secrets.arn(name));
    return arn === undefined ? [] : [[name, arn] as const];
  });
  return new Map(asked);
}

/** Up to so many, each is asked for by itself. */
const FEW = 10;

/** Many secrets, a hundred a call. Who may not list secrets may still describe those of the fleet. */
export async function listSecrets(
  names: string[],
  secrets: Pick<Secrets, 'list'>,
): Promise<Map<string, string>> {
  if (names.length <= FEW) return new Map();
  try {
    return await secrets.list(commonStart(names));
  } catch (error) {
    if (error instanceof GsysError && error.code === 'AWS_CALL_FAILED') return new Map();
    throw error;
  }
}

function commonStart([first = '', ...others]: string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
