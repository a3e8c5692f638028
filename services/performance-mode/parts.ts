import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { performanceEndpoints } from './handlers.ts';

export const performanceModeParts: ServiceParts = {
  endpoints: (context) => performanceEndpoints(bucketOf(context), events(context.link)),
};
