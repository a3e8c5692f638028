import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { stateEndpoints } from './handlers.ts';

export const stateManagerParts: ServiceParts = {
  endpoints: ({ link, definition }) => stateEndpoints(bucket(link, bucketName(definition)), events(link)),
};
