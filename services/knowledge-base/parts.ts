import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { knowledgeEndpoints } from './handlers.ts';

export const knowledgeBaseParts: ServiceParts = {
  endpoints: (context) => knowledgeEndpoints(bucketOf(context), events(context.link)),
};
