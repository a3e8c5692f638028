import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { stateEndpoints } from './handlers.ts';

export const stateManagerParts: ServiceParts = {
  endpoints: (context) => stateEndpoints(records(bucketOf(context)), events(context.link)),
};
