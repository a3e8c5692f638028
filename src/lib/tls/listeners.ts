import type { Environment } from '../fleet/fleet.ts';
import { redisHolder } from './holders.ts';

/** A place where TLS is spoken. */
export interface Address {
  host: string;
  port: number;
  /** A NATS client port sends INFO in the clear before TLS; all others begin with TLS. */
  speaks: 'nats' | 'tls';
}

export interface FleetListener extends Address {
  /** Whose certificate it should serve; undefined where that is of a provider's authority. */
  holder: string | undefined;
  listener: 'client' | 'route' | 'redis';
}

/** Every listener of the definition that should serve a certificate. */
export function listenersOf({
  platform,
  nats,
  redis,
}: Pick<Environment, 'platform' | 'nats' | 'redis'>): FleetListener[] {
  return [
    ...nats.nodes.flatMap(({ name: holder, host, clientPort, routePort }): FleetListener[] => [
      { holder, listener: 'client', host, port: clientPort, speaks: 'nats' },
      { holder, listener: 'route', host, port: routePort, speaks: 'tls' },
    ]),
    ...(redis.tls ? redis.endpoints : []).map(({ host, port }, i): FleetListener => {
      const holder = platform === 'embedded' ? redisHolder(i) : undefined;
      return { holder, listener: 'redis', host, port, speaks: 'tls' };
    }),
  ];
}
