import { events } from '../sdk/events.ts';
import { forgetting } from '../sdk/forget-deleted.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { knowledgeEndpoints } from './handlers.ts';

export const knowledgeBaseParts: ServiceParts = {
  endpoints: (context) => knowledgeEndpoints(records(bucketOf(context)), events(context.link)),
  work: forgetting,
};
