import { GsysError } from '../../errors.ts';
import type { RedisTarget } from '../target.ts';
import { fleetOf, foreignServer, type Means, nodeCalled, operatorBelongings, oursIn } from './means.ts';
import { isUrl, type Schemes } from './server-url.ts';

/** https://www.iana.org/assignments/uri-schemes/prov/redis and rediss */
const SCHEMES: Schemes = {
  redis: { port: 6379, tls: 'none' },
  rediss: { port: 6379, tls: 'demanded' },
};

export interface RedisMeans extends Means {
  /** Of the environment's secret. @throws GsysError where it cannot be read */
  secret(name: string): Promise<string | undefined>;
  /** What a person gives for a URL, which need not hold it. */
  password: string | undefined;
}

/**
 * A Redis node: `redis-2` is the second of the environment's endpoints, HOST:PORT one of them, or any server by URL.
 * @throws GsysError UNKNOWN_TARGET, USAGE
 */
export async function redisTarget(named: string, means: RedisMeans): Promise<RedisTarget> {
  if (isUrl(named)) return await foreignRedis(named, means);
  const fleet = fleetOf(means);
  const { endpoints, tls, authSecret } = fleet.environment.redis;
  const known = endpoints.map((node, i) => ({ name: `redis-${i + 1}`, at: node, node }));
  const found = nodeCalled(named, 'Redis node', known);
  let secret: Promise<string | undefined> | undefined;
  return {
    ...{ ...found, name: named, tls: tls ? 'demanded' : 'none', ours: oursIn(fleet), clustered: true },
    belongings: await operatorBelongings(fleet, true),
    async login() {
      if (authSecret === undefined) return undefined;
      secret ??= means.secret(authSecret);
      const password = await secret;
      if (password !== undefined) return { user: undefined, password };
      throw new GsysError('AWS_CALL_FAILED', `there is no secret ${authSecret}, so nobody can log in`);
    },
  };
}

async function foreignRedis(named: string, means: RedisMeans): Promise<RedisTarget> {
  const { target, login } = await foreignServer(named, SCHEMES, means);
  const inUrl = login === undefined || 'password' in login ? login : { user: login.token, password: '' };
  const password = means.password ?? inUrl?.password;
  return {
    ...{ ...target, clustered: false },
    login: () => Promise.resolve(password ? { user: inUrl?.user, password } : undefined),
  };
}
