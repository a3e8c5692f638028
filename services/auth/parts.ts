import { bucketOf } from '../sdk/kv.ts';
import { redisOf } from '../sdk/redis.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { authEndpoints } from './handlers.ts';

export const authParts: ServiceParts = {
  endpoints: (context) => authEndpoints(bucketOf(context), redisOf(context)),
};
