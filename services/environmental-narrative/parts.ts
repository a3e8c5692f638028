import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { narrativeEndpoints } from './handlers.ts';

export const environmentalNarrativeParts: ServiceParts = {
  endpoints: (context) => narrativeEndpoints(bucketOf(context), events(context.link)),
};
