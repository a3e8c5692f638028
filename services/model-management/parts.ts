import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { modelEndpoints } from './handlers.ts';

export const modelManagementParts: ServiceParts = {
  endpoints: (context) => modelEndpoints(bucketOf(context), events(context.link)),
};
