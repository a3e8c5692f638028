import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { brokerEndpoints } from './handlers.ts';

export const bodyBrokerParts: ServiceParts = {
  endpoints: ({ link, definition }) => brokerEndpoints(bucket(link, bucketName(definition)), events(link)),
};
