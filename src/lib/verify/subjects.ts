import type { Fleet, NatsNode, RedisNode, Service, Stream } from '../fleet/fleet.ts';
import type { Subject } from './document.ts';

/** Whom findings are about, from the definition. */

export function serviceSubject({ name, ecsService }: Pick<Service, 'name' | 'ecsService'>): Subject {
  return { kind: 'service', name, ecsService };
}

export function serviceSubjects({ services }: Pick<Fleet, 'services'>): Subject[] {
  return services.map(serviceSubject);
}

export function natsSubject({ name }: Pick<NatsNode, 'name'>): Subject {
  return { kind: 'nats-node', name };
}

export function natsSubjects({ environment }: Pick<Fleet, 'environment'>): Subject[] {
  return environment.nats.nodes.map(natsSubject);
}

export function natsClusterSubject({ nats }: Pick<Fleet, 'nats'>): Subject {
  return { kind: 'nats-cluster', name: nats.cluster };
}

export function streamSubject({ name }: Pick<Stream, 'name'>): Subject {
  return { kind: 'nats-stream', name };
}

export function streamSubjects({ nats }: Pick<Fleet, 'nats'>): Subject[] {
  return nats.streams.map(streamSubject);
}

export function redisSubject({ host, port }: RedisNode): Subject {
  return { kind: 'redis-node', name: `${host}:${port}` };
}

export function redisSubjects({ environment }: Pick<Fleet, 'environment'>): Subject[] {
  return environment.redis.endpoints.map(redisSubject);
}

/** Shards have no names of their own; they are counted in the order of their slots. */
export function shardSubjects({ redis }: Pick<Fleet, 'redis'>): Subject[] {
  return Array.from({ length: redis.shards }, (_, i) => ({ kind: 'redis-shard', name: `shard-${i + 1}` }));
}

/** The gateway goes by its service's name, so that findings of both are seen to belong together. */
export function gatewaySubjects({ services }: Pick<Fleet, 'services'>): Subject[] {
  return services
    .filter(({ kind }) => kind === 'gateway')
    .map(({ name, ecsService }) => ({ kind: 'gateway', name, ecsService }));
}
