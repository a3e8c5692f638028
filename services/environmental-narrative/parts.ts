import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { narrativeEndpoints } from './handlers.ts';

export const environmentalNarrativeParts: ServiceParts = {
  endpoints: ({ link, definition }) => narrativeEndpoints(bucket(link, bucketName(definition)), events(link)),
};
