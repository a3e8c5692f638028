import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { weatherEndpoints } from './handlers.ts';
import { worldClock } from './world-clock.ts';

export const weatherManagerParts: ServiceParts = {
  endpoints: ({ link, definition }) =>
    weatherEndpoints({
      set: bucket(link, bucketName(definition)),
      clockOf: worldClock(link),
      events: events(link),
    }),
};
