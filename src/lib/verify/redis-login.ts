import { type RedisAccess, redisAccess } from '../redis/connect.ts';
import type { VerifyContext } from './context.ts';

/** How we come in to Redis. @throws Error when the password that the environment names is not there */
export async function redisLogin({ fleet, aws }: Pick<VerifyContext, 'fleet' | 'aws'>): Promise<RedisAccess> {
  const { authSecret } = fleet.environment.redis;
  const password = authSecret === undefined ? undefined : await aws.secrets.value(authSecret);
  if (authSecret !== undefined && password === undefined)
    throw new Error(`there is no secret ${authSecret}, so nobody can log in`);
  return await redisAccess(fleet.environment, password);
}
