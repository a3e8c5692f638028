import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { capabilityEndpoints } from './handlers.ts';
import { registryWork } from './work.ts';

export const capabilityRegistryParts: ServiceParts = {
  endpoints: (context) => capabilityEndpoints(bucketOf(context)),
  work: (context) =>
    registryWork({ bucket: bucketOf(context), events: events(context.link), log: context.log }),
};
