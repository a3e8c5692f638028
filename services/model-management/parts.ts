import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { modelEndpoints } from './handlers.ts';

export const modelManagementParts: ServiceParts = {
  endpoints: ({ link, definition }) => modelEndpoints(bucket(link, bucketName(definition)), events(link)),
};
