import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { settingsEndpoints } from './handlers.ts';

export const settingsParts: ServiceParts = {
  endpoints: ({ link, definition }) => settingsEndpoints(bucketOf({ link, definition }), events(link)),
};
