import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { brokerEndpoints } from './handlers.ts';

export const bodyBrokerParts: ServiceParts = {
  endpoints: (context) =>
    brokerEndpoints(
      { players: records(bucketOf(context)), targets: bucketOf(context, 'broker-targets') },
      events(context.link),
    ),
};
