import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { brokerEndpoints } from './handlers.ts';

export const bodyBrokerParts: ServiceParts = {
  endpoints: (context) => brokerEndpoints(bucketOf(context), events(context.link)),
};
