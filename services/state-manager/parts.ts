import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { stateEndpoints } from './handlers.ts';

export const stateManagerParts: ServiceParts = {
  endpoints: ({ link, definition }) => stateEndpoints(bucketOf({ link, definition }), events(link)),
};
