import { afterAwake } from '../awake.ts';
import { GsysError, messageOf } from '../errors.ts';
import { unlessAborted } from '../pause.ts';
import type { Collector } from './collector.ts';
import type { VerifyContext } from './context.ts';
import type { Evidence, EvidenceSet, Missing, SourceId } from './evidence.ts';

/**
 * Fetches every source at once, each once and within its own budget. One that fails or is late is missing, and the
 * rest goes on without it.
 * @throws GsysError WRONG_ACCOUNT, and the signal's reason
 */
export async function collect(
  collectors: readonly Collector[],
  context: VerifyContext,
): Promise<EvidenceSet> {
  const { signal, now } = context;
  const set: EvidenceSet = {};
  const all = Promise.all(
    collectors.map(async (collector) => {
      const evidence = await within(collector, context);
      Object.assign(set, { [collector.id]: { evidence, at: now() } });
    }),
  );
  await unlessAborted(all, signal);
  return set;
}

async function within(
  { id, budget, collect }: Collector,
  context: VerifyContext,
): Promise<Evidence[SourceId] | Missing> {
  let cancel = () => {};
  const late = new Promise<Missing>((resolve) => {
    cancel = afterAwake(budget, () => resolve({ missing: `${id}: not complete within ${budget / 1000} s` }));
  });
  try {
    return await Promise.race([collect(context), late]);
  } catch (error) {
    if (error instanceof GsysError && ['WRONG_ACCOUNT', 'TIMED_OUT'].includes(error.code)) throw error;
    return { missing: messageOf(error), ...remedyOf(error) };
  } finally {
    cancel();
  }
}

/** The next step of an error, where it is a command and not a sentence. */
function remedyOf(error: unknown): Pick<Missing, 'remedy'> {
  const next = error instanceof GsysError ? error.next : undefined;
  return next !== undefined && /^(gsys|aws) /.test(next) ? { remedy: [next] } : {};
}
