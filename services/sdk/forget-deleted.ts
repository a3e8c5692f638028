import type { NatsConnection, StoredMsg } from 'nats';
import { history, isRemoved } from './history.ts';
import { isMemoryAlone, REMEMBERED_MS } from './records.ts';
import { repeat } from './repeat.ts';
import type { ServiceContext } from './start.ts';

/** Milliseconds. By then nobody waits for an answer about the key, and JetStream has forgotten its message ids. */
const AGE_MS = 10 * 60_000;
const ROUND_MS = 10 * 60_000;

/** For `work`: forgets what was removed from the service's first bucket, or another, for as long as the task lives. */
export function forgetting(
  { link, definition, log }: Pick<ServiceContext, 'link' | 'definition' | 'log'>,
  bucket = definition.state?.kv?.[0] ?? '',
): () => Promise<void> {
  return repeat(`forgetting what was removed from ${bucket}`, ROUND_MS, log, async () => {
    const nc = link.connection();
    if (nc) await forgetDeleted(nc, bucket);
  });
}

/**
 * A deleted key of a KV bucket leaves a mark that stays for ever, and is read whenever the bucket is: removes those
 * that are old, and records of which nothing is left but the memory of requests that nobody repeats any more. A key that
 * somebody has written again meanwhile is left alone.
 * @returns how many there were
 */
export async function forgetDeleted(
  nc: NatsConnection,
  bucket: string,
  { markMs = AGE_MS, memoryMs = REMEMBERED_MS } = {},
): Promise<number> {
  const manager = await nc.jetstreamManager({ checkAPI: false });
  const stream = `KV_${bucket}`;
  const keptMs = (entry: StoredMsg) => {
    if (isRemoved(entry)) return markMs;
    return isMemoryAlone(entry.json()) ? memoryMs : Number.POSITIVE_INFINITY;
  };
  const { state } = await manager.streams.info(stream);
  const { entries } = await history(manager, stream, state, `$KV.${bucket}.>`);
  let forgotten = 0;
  for (const entry of entries) {
    if (Date.now() - entry.time.getTime() < keptMs(entry)) continue;
    const { purged } = await manager.streams.purge(stream, { filter: entry.subject, seq: entry.seq + 1 });
    forgotten += purged;
  }
  return forgotten;
}
