import type { Events } from '../sdk/events.ts';
import type { Bucket } from '../sdk/kv.ts';
import type { Logger } from '../sdk/log.ts';
import { repeat } from '../sdk/repeat.ts';
import { aged, type Notice, type Registration, registrationId, withTold } from './registration.ts';
import { keyOf, looker } from './registry.ts';

export interface RegistryWork {
  bucket: Bucket;
  events: Events;
  log: Logger;
  now?: () => number;
}

/** How late an event may come; milliseconds. */
const TICK_MS = 500;

/**
 * Ends registrations that were not heard of, and publishes what has happened. Every task does it: the bucket takes one
 * task's word for each end, and the stream takes one event with an id.
 * @returns ends it
 */
export function registryWork({
  bucket,
  events,
  log,
  now = () => Date.now(),
}: RegistryWork): () => Promise<void> {
  const look = looker(bucket);
  return repeat('looking after registrations', TICK_MS, log, async () => {
    const registrations = await look();
    for (const one of registrations)
      if (aged(one, now()) !== undefined)
        await bucket.update<Registration>(keyOf(one.serviceId), (current) => current && aged(current, now()));
    for (const one of registrations) for (const notice of one.untold) await tell(bucket, events, one, notice);
  });
}

/** Published first, noted after: a task that dies in between leaves it to the next one, with the same id. */
async function tell(
  bucket: Bucket,
  events: Events,
  { serviceId }: Registration,
  notice: Notice,
): Promise<void> {
  const { what, begun, atMs } = notice;
  const id = registrationId({ serviceId, begun });
  await events.publish(`evt.capability.${what}.v1`, {
    id: `capability.${what}.${id}`,
    payload: { service_id: serviceId, registration_id: id },
    metadata: { service_id: serviceId },
    timestampMs: atMs,
  });
  await bucket.update<Registration>(keyOf(serviceId), (current) => current && withTold(current, notice));
}
