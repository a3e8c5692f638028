import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { timeEndpoints } from './handlers.ts';
import { timeWork } from './work.ts';

export const timeManagerParts: ServiceParts = {
  endpoints: (context) => timeEndpoints(bucketOf(context)),
  work: (context) => {
    const { link, log } = context;
    return timeWork({ link, bucket: bucketOf(context), events: events(link), log });
  },
};
