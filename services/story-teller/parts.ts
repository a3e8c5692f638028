import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { storyEndpoints } from './handlers.ts';

export const storyTellerParts: ServiceParts = {
  endpoints: (context) => storyEndpoints(bucketOf(context), events(context.link)),
};
