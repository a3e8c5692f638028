import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { paymentEndpoints } from './handlers.ts';

export const paymentParts: ServiceParts = {
  endpoints: (context) => paymentEndpoints(records(bucketOf(context)), events(context.link)),
};
