import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { capabilityEndpoints } from './handlers.ts';
import { registryWork } from './work.ts';

export const capabilityRegistryParts: ServiceParts = {
  endpoints: ({ link, definition }) => capabilityEndpoints(bucket(link, bucketName(definition))),
  work: ({ link, definition, log }) =>
    registryWork({ bucket: bucket(link, bucketName(definition)), events: events(link), log }),
};
