import { randomUUID } from 'node:crypto';
import type { Link } from '../sdk/connect.ts';
import type { Definition } from '../sdk/definition.ts';
import type { Events } from '../sdk/events.ts';
import { forgetting } from '../sdk/forget-deleted.ts';
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
  definition: Definition;
  bucket: Bucket;
  events: Events;
  log: Logger;
  now?: () => number;
}

/** How late an event may come; milliseconds. */
const TICK_MS = 250;

/**
 * What a clock does besides being asked: announces hours and days, and triggers what is due. Every task does it;
 * the bucket decides whose each one is.
 * @returns ends it
 */
export function timeWork({
  link,
  definition,
  bucket,
  events,
  log,
  now = () => Date.now(),
}: TimeWork): () => Promise<void> {
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
    forgetting({ link, definition, log }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
