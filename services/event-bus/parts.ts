import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { consumers } from './consumers.ts';
import { deliverAll } from './deliver-all.ts';
import { eventEndpoints } from './handlers.ts';
import { registry } from './registry.ts';

export const eventBusParts: ServiceParts = {
  endpoints: ({ link, definition }) =>
    eventEndpoints({
      events: events(link),
      registry: registry(bucketOf({ link, definition })),
      consumers: consumers(link, definition),
    }),
  work: ({ link, definition, log }) =>
    deliverAll({
      link,
      registry: registry(bucketOf({ link, definition })),
      consumers: consumers(link, definition),
      log,
    }),
};
