import { GsysError } from '../errors.ts';
import type { Environment } from '../fleet/fleet.ts';
import { type RedisAccess, redisAccess } from './connect.ts';

/**
 * How we come in to the environment's Redis, with the token that its secret holds.
 * @param value reads a secret
 * @throws GsysError AWS_CALL_FAILED when there is no such secret
 */
export async function redisLogin(
  environment: Pick<Environment, 'redis' | 'operator'>,
  value: (secret: string) => Promise<string | undefined>,
): Promise<RedisAccess> {
  const { authSecret } = environment.redis;
  const password = authSecret === undefined ? undefined : await value(authSecret);
  if (authSecret !== undefined && password === undefined)
    throw new GsysError('AWS_CALL_FAILED', `there is no secret ${authSecret}, so nobody can log in`);
  return await redisAccess(environment, password);
}
