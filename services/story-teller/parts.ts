import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { storyEndpoints } from './handlers.ts';

export const storyTellerParts: ServiceParts = {
  endpoints: ({ link, definition }) => storyEndpoints(bucket(link, bucketName(definition)), events(link)),
};
