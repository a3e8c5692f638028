import { randomUUID } from 'node:crypto';
import type { Link } from '../sdk/connect.ts';
import type { Events } from '../sdk/events.ts';
import { forgetDeleted } from '../sdk/forget-deleted.ts';
import type { Bucket } from '../sdk/kv.ts';
import type { Logger } from '../sdk/log.ts';
import { repeat } from '../sdk/repeat.ts';
import { announcer } from './announce.ts';
import { gameAt, UNSET } from './clock.ts';
import { eachAlone } from './each-alone.ts';
import { looker } from './look.ts';
import { trigger } from './trigger.ts';

export interface TimeWork {
  link: Link;
  bucket: Bucket;
  events: Events;
  log: Logger;
  now?: () => number;
}

/** How late an event may come; milliseconds. */
const TICK_MS = 250;
/** Between two rounds of forgetting schedules that are done; milliseconds. */
const TIDY_MS = 10 * 60_000;

/**
 * What a clock does besides being asked: announces hours and days, and triggers what is due. Every task does it;
 * the bucket decides whose each one is.
 * @returns ends it
 */
export function timeWork({ link, bucket, events, log, now = Date.now }: TimeWork): () => Promise<void> {
  const self = randomUUID();
  const look = looker(bucket);
  const announce = announcer(bucket, events);
  const stops = [
    repeat('announcing the time', TICK_MS, log, async () => {
      const { clocks } = await look();
      await eachAlone(clocks, (clock) => announce(clock, now()));
    }),
    repeat('triggering what is due', TICK_MS, log, async () => {
      const { clocks, schedules } = await look();
      await eachAlone(schedules, async (schedule) => {
        const clock = clocks.find(({ world }) => world === schedule.world) ?? UNSET;
        if (schedule.due <= gameAt(clock, now())) await trigger(schedule, clock, { link, bucket, self, now });
      });
    }),
    repeat('forgetting what is done', TIDY_MS, log, async () => {
      const nc = link.connection();
      if (nc) await forgetDeleted(nc, bucket.name);
    }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
