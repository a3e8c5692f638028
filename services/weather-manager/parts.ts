import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { weatherEndpoints } from './handlers.ts';
import { worldClock } from './world-clock.ts';

export const weatherManagerParts: ServiceParts = {
  endpoints: (context) =>
    weatherEndpoints({
      set: records(bucketOf(context)),
      clockOf: worldClock(context.caller),
      events: events(context.link),
    }),
};
