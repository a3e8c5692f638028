import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { leases } from '../sdk/leased.ts';
import { redisOf } from '../sdk/redis.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { cache } from './cache.ts';
import { createGuards } from './guarded.ts';
import { inferenceEndpoints } from './handlers.ts';
import { inferences } from './inference.ts';
import { providerEndpoints } from './provider-endpoints.ts';
import { providers } from './providers.ts';
import { sealer } from './sealed.ts';
import { usageCounts } from './usage.ts';

export const aiIntegrationParts: ServiceParts = {
  endpoints: (context) => {
    const { caller, environment, link, log } = context;
    const known = providers(bucketOf(context, 'ai-providers'), sealer(environment.redisAuth));
    const usage = usageCounts(redisOf(context));
    const made = inferences({
      ...{ caller, usage, providers: known, guards: createGuards(log) },
      ...{ cache: cache(redisOf(context)), events: events(link) },
    });
    return {
      ...inferenceEndpoints(made, leases(bucketOf(context, 'ai-requests')), usage),
      ...providerEndpoints(known),
    };
  },
};
