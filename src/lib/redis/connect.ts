import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { Redis } from 'ioredis';
import { ConnectionFault, recogniseFault, withDeadline } from '../connection-fault.ts';
import type { Environment, RedisNode } from '../fleet/fleet.ts';

export interface RedisAccess {
  /** `secureContext`: the same, ready made; reading all the world’s authorities takes longer than a handshake. */
  tls: { ca: string[]; cert: Buffer; key: Buffer; secureContext?: SecureContext } | undefined;
  password: string | undefined;
}

/** @param password the AUTH token; undefined when the environment has none */
export async function redisAccess(
  { redis, operator }: Pick<Environment, 'redis' | 'operator'>,
  password: string | undefined,
): Promise<RedisAccess> {
  if (!redis.tls || operator === undefined) return { tls: undefined, password };
  const [ca, cert, key] = await Promise.all([
    readFile(operator.ca, 'utf8'),
    readFile(operator.cert),
    readFile(operator.key),
  ]);
  // A managed cluster's certificates are of its provider's authority, not of ours.
  const material = { ca: [ca, ...rootCertificates], cert, key };
  return { tls: { ...material, secureContext: createSecureContext(material) }, password };
}

/**
 * One node, by itself: a cluster client says "none of the startup nodes is available" and keeps the reason.
 * Nothing is retried, so what it says is about now.
 * @param timeout milliseconds that this process is awake, for all of it
 * @throws ConnectionFault
 */
export async function askRedis<Result>(
  { host, port }: RedisNode,
  { tls, password }: RedisAccess,
  timeout: number,
  ask: (node: Redis) => Promise<Result>,
): Promise<Result> {
  const node = new Redis({
    host,
    port,
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...tls, ...(isIP(host) ? {} : { servername: host }) } }),
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    disableClientInfo: true,
    retryStrategy: () => null,
    // A frozen node acknowledges no goodbye.
    disconnectTimeout: 50,
    protocol: 2,
  });
  let reason: unknown;
  node.on('error', (error: unknown) => {
    reason ??= error;
  });
  try {
    return await withDeadline(
      node.connect().then(() => ask(node)),
      timeout,
    );
  } catch (error) {
    throw error instanceof ConnectionFault ? error : recogniseFault(reason ?? error);
  } finally {
    node.disconnect();
  }
}
