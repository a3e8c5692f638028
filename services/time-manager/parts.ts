import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { timeEndpoints } from './handlers.ts';
import { timeWork } from './work.ts';

export const timeManagerParts: ServiceParts = {
  endpoints: ({ link, definition }) => timeEndpoints(bucket(link, bucketName(definition))),
  work: ({ link, definition, log }) => {
    const name = bucketName(definition);
    return timeWork({ link, bucket: bucket(link, name), name, events: events(link), log });
  },
};
