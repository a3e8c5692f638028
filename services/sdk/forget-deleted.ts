import type { NatsConnection } from 'nats';

/** Milliseconds. By then nobody waits for an answer about the key, and JetStream has forgotten its message ids. */
const AGE_MS = 10 * 60_000;

/**
 * A deleted key of a KV bucket leaves a mark that stays for ever, and is read whenever the bucket is: removes those
 * that are old. A key that somebody has written again meanwhile is left alone.
 * @returns how many there were
 */
export async function forgetDeleted(nc: NatsConnection, bucket: string, age = AGE_MS): Promise<number> {
  const jetstream = nc.jetstream({ checkAPI: false });
  const [{ streams }, kv] = await Promise.all([
    jetstream.jetstreamManager(false),
    jetstream.views.kv(bucket, { bindOnly: true, allow_direct: false }),
  ]);
  const old = Date.now() - age;
  let forgotten = 0;
  for await (const { operation, created, key, revision } of await kv.history()) {
    if (operation === 'PUT' || created.getTime() > old) continue;
    const { purged } = await streams.purge(`KV_${bucket}`, {
      filter: `$KV.${bucket}.${key}`,
      seq: revision + 1,
    });
    forgotten += purged;
  }
  return forgotten;
}
