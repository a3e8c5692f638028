import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { narrativeEndpoints } from './handlers.ts';

export const environmentalNarrativeParts: ServiceParts = {
  endpoints: (context) => narrativeEndpoints(records(bucketOf(context)), events(context.link)),
};
