import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Fleet, RedisNode, Service } from '../../../fleet/fleet.ts';
import type { Child } from './child.ts';
import { findProgram } from './find-program.ts';
import { startTrialNats } from './trial-nats.ts';
import { startTrialRedis } from './trial-redis.ts';
import { createTrialTrust } from './trial-trust.ts';

/** Real servers that images are tried against, for as long as a check lasts. */
export interface TrialGround {
  natsPort: number;
  /** Where nobody listens when no service keeps anything in Redis. */
  redis: RedisNode;
  redisAuth: string;
  /** A service's secret. */
  bundleOf(service: string): Promise<string>;
  close(): Promise<void>;
}

export interface Programs {
  natsServer: string;
  redisServer: string;
}

const NOBODY = { host: '127.0.0.1', port: 1 };

/** @param folder of this check alone */
export async function openTrialGround(
  fleet: Fleet,
  services: Service[],
  programs: Programs,
  folder: string,
  signal: AbortSignal,
): Promise<TrialGround> {
  const children: Child[] = [];
  const close = async () => void (await Promise.all(children.map((child) => child.end())));
  const started = async <T extends { child: Child }>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    children.push(server.child);
    return server;
  };
  const needsRedis = services.some(({ state }) => state.redisPrefix !== undefined);
  const [natsServer, redisServer] = await Promise.all([
    findProgram(programs.natsServer, 'apt-get install nats-server, or set GSYS_NATS_SERVER to its path'),
    needsRedis
      ? findProgram(
          programs.redisServer,
          'apt-get install redis-server, or set GSYS_REDIS_SERVER to its path',
        )
      : undefined,
  ]);
  const redisAuth = randomBytes(16).toString('hex');
  const place = (name: string) => path.join(folder, name);
  const trust = await createTrialTrust(fleet, services, place('certs'));
  const [nats, redis] = await Promise.allSettled([
    started(startTrialNats(fleet, natsServer, trust, place('nats'), signal)),
    redisServer ? started(startTrialRedis(redisServer, redisAuth, trust, place('redis'), signal)) : undefined,
  ]);
  if (nats.status === 'fulfilled' && redis.status === 'fulfilled')
    return {
      natsPort: nats.value.port,
      redis: redis.value?.node ?? NOBODY,
      redisAuth,
      bundleOf: trust.bundleOf,
      close,
    };
  await close();
  throw nats.status === 'rejected' ? nats.reason : (redis as PromiseRejectedResult).reason;
}
