import { GsysError, messageOf } from '../errors.ts';
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
  const set: EvidenceSet = {};
  await Promise.all(
    collectors.map(async (collector) => {
      const evidence = await within(collector, context);
      Object.assign(set, { [collector.id]: { evidence, at: context.now() } });
    }),
  );
  return set;
}

async function within(
  { id, budget, collect }: Collector,
  context: VerifyContext,
): Promise<Evidence[SourceId] | Missing> {
  const { signal } = context;
  let end: () => void = () => undefined;
  const stopped = new Promise<Missing>((resolve, reject) => {
    const timer = setTimeout(
      () => resolve({ missing: `${id}: not complete within ${budget / 1000} s` }),
      budget,
    );
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([collect(context), stopped]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GsysError && error.code === 'WRONG_ACCOUNT') throw error;
    return { missing: messageOf(error) };
  } finally {
    end();
  }
}
