import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { timeEndpoints } from './handlers.ts';
import { timeWork } from './work.ts';

export const timeManagerParts: ServiceParts = {
  endpoints: ({ link, definition }) => timeEndpoints(bucketOf({ link, definition })),
  work: ({ link, definition, log }) =>
    timeWork({ link, bucket: bucketOf({ link, definition }), events: events(link), log }),
};
