import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { performanceEndpoints } from './handlers.ts';

export const performanceModeParts: ServiceParts = {
  endpoints: ({ link, definition }) =>
    performanceEndpoints(bucket(link, bucketName(definition)), events(link)),
};
