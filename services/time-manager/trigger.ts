import { NotConnected } from '../sdk/call-errors.ts';
import type { Link } from '../sdk/connect.ts';
import { encodeEvent } from '../sdk/events.ts';
import type { Bucket } from '../sdk/kv.ts';
import type { Clock } from './clock.ts';
import { gameAt } from './clock.ts';
import { afterTrigger, CLAIM_MS, claimed, type Schedule } from './schedule.ts';
import { SCHEDULES } from './worlds.ts';

export interface TriggerOptions {
  link: Link;
  bucket: Bucket;
  /** This task, among its like. */
  self: string;
  now(): number;
}

/**
 * Publishes what is due, if this task is the one whose claim the bucket took. A task that dies in between leaves a
 * claim that ends; another one then triggers it again, with the same event id.
 */
export async function trigger(
  schedule: Schedule,
  clock: Clock,
  { link, bucket, self, now }: TriggerOptions,
): Promise<void> {
  const key = `${SCHEDULES}${schedule.id}`;
  const begun = now();
  let mine: Schedule | undefined;
  await bucket.update<Schedule>(key, (current) => {
    mine = claimed(current, schedule.due, self, begun);
    return mine;
  });
  // Whoever was held up this long, frozen perhaps, may have been taken for dead.
  if (mine === undefined || now() - begun > CLAIM_MS / 2) return;
  await publish(link, mine);
  const done = mine;
  await bucket.update<Schedule>(key, (current) => afterTrigger(current, done, gameAt(clock, now())));
}

async function publish(link: Link, { id, world, eventId, callback, payload, due }: Schedule): Promise<void> {
  const nc = link.connection();
  if (!nc || !link.isConnected()) throw new NotConnected();
  const metadata = { event_id: eventId, schedule_id: id, world_id: world };
  nc.publish(callback, encodeEvent('evt.time.scheduled.v1', { id: `${id}.${due}`, payload, metadata }));
  await nc.flush();
}
