import { bucketName } from '../sdk/definition.ts';
import { events } from '../sdk/events.ts';
import { bucket } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { settingsEndpoints } from './handlers.ts';

export const settingsParts: ServiceParts = {
  endpoints: ({ link, definition }) => settingsEndpoints(bucket(link, bucketName(definition)), events(link)),
};
