import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { performanceEndpoints } from './handlers.ts';

export const performanceModeParts: ServiceParts = {
  endpoints: (context) =>
    performanceEndpoints({
      choices: records(bucketOf(context)),
      reported: bucketOf(context, 'performance-reports'),
      events: events(context.link),
    }),
};
