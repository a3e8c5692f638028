import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { modelEndpoints } from './handlers.ts';

export const modelManagementParts: ServiceParts = {
  endpoints: (context) => modelEndpoints(records(bucketOf(context)), events(context.link)),
};
