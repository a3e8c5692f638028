import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { settingsEndpoints } from './handlers.ts';

export const settingsParts: ServiceParts = {
  endpoints: (context) => settingsEndpoints(records(bucketOf(context)), events(context.link)),
};
