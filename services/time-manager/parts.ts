import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { timeEndpoints } from './handlers.ts';
import { timeWork } from './work.ts';

export const timeManagerParts: ServiceParts = {
  endpoints: (context) => timeEndpoints(records(bucketOf(context))),
  work: (context) => {
    const { link, definition, log } = context;
    return timeWork({ link, definition, bucket: records(bucketOf(context)), events: events(link), log });
  },
};
