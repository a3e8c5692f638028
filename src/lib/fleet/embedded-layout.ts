import path from 'node:path';
import type { Environment, NatsNode, RedisNode } from './fleet.ts';
import { OPERATOR, SYSTEM } from './identity.ts';

/**
 * Where everything of an embedded platform is, as a function of its slot and folder alone: the platform that
 * makes these places and the commands that go there agree without asking each other.
 */
export interface EmbeddedLayout {
  slot: number;
  stateDir: string;
  endpointPort: number;
  gatewayPort: number;
  nats: (NatsNode & { instanceId: string })[];
  redis: (RedisNode & { name: string; busPort: number; folder: string })[];
  certs: string;
  /** What `up` started: written by the supervisor, read by `local status` and by the next `up`. */
  platformFile: string;
}

/** A block of 100 ports a slot, all below the ephemeral range that starts at 32768. */
const FIRST_PORT = 20_000;
const PORTS_PER_SLOT = 100;
/** Slot 0 listens where AWS-compatible tools look by default. */
const DEFAULT_ENDPOINT_PORT = 4566;
const NATS_NODES = 5;
/** Bytes for one node: a laptop's share, not a server's. */
const MAX_FILE = 1024 ** 3;
const MAX_MEMORY = 64 * 1024 ** 2;
const ZONES = ['a', 'b', 'c'] as const;

export const EMBEDDED_ACCOUNT = '000000000000';
export const EMBEDDED_CREDENTIALS = { accessKeyId: 'gsys', secretAccessKey: 'gsys' };

export function embeddedLayout(
  slot: number,
  stateDir: string,
  redis: { shards: number; replicasPerShard: number },
): EmbeddedLayout {
  const base = FIRST_PORT + slot * PORTS_PER_SLOT;
  const certs = path.join(stateDir, 'certs');
  return {
    slot,
    stateDir,
    endpointPort: slot === 0 ? DEFAULT_ENDPOINT_PORT : base + 91,
    gatewayPort: base + 90,
    nats: Array.from({ length: NATS_NODES }, (_, i) => ({
      name: `nats-${i + 1}`,
      host: '127.0.0.1',
      listen: '127.0.0.1',
      az: `local-${ZONES[i % ZONES.length]}`,
      clientPort: base + i,
      routePort: base + 10 + i,
      monitorPort: base + 20 + i,
      folder: path.join(stateDir, 'nats', `nats-${i + 1}`),
      jetstream: {
        storeDir: path.join(stateDir, 'nats', `nats-${i + 1}`, 'jetstream'),
        maxFile: MAX_FILE,
        maxMemory: MAX_MEMORY,
      },
      // Of the embedded Run Command.
      instanceId: `i-${String(i + 1).padStart(17, '0')}`,
    })),
    redis: Array.from({ length: redis.shards * (1 + redis.replicasPerShard) }, (_, i) => ({
      name: `redis-${i + 1}`,
      host: '127.0.0.1',
      port: base + 30 + i,
      busPort: base + 60 + i,
      folder: path.join(stateDir, 'redis', `redis-${i + 1}`),
    })),
    certs,
    platformFile: path.join(stateDir, 'platform.json'),
  };
}

/** A task's own address, as awsvpc would give it one: 127.(64+slot).x.y, never .0 or .255 at the end. */
export function taskAddress(slot: number, index: number): string {
  const host = index % (254 * 256);
  return `127.${64 + slot}.${Math.floor(host / 254)}.${(host % 254) + 1}`;
}

/** The environment that an embedded platform makes. */
export function embeddedEnvironment(
  name: string,
  layout: EmbeddedLayout,
  fixed: Pick<
    Environment,
    'region' | 'cluster' | 'alertsTopic' | 'protected' | 'image' | 'publishEvery' | 'release'
  >,
  fleet: string,
): Environment {
  const identity = (holder: string) => ({
    cert: path.join(layout.certs, holder, 'cert.pem'),
    key: path.join(layout.certs, holder, 'key.pem'),
  });
  const role = `arn:aws:iam::${EMBEDDED_ACCOUNT}:role/${fleet}`;
  return {
    ...fixed,
    name,
    platform: 'embedded',
    slot: layout.slot,
    stateDir: layout.stateDir,
    account: EMBEDDED_ACCOUNT,
    endpoint: `http://127.0.0.1:${layout.endpointPort}`,
    credentials: EMBEDDED_CREDENTIALS,
    profile: undefined,
    network: { subnets: ['subnet-00000000'], securityGroups: ['sg-00000000'], assignPublicIp: false },
    roles: { execution: `${role}-execution`, task: `${role}-task`, runner: `${role}-runner` },
    gateway: { url: `http://127.0.0.1:${layout.gatewayPort}`, targetGroupArn: undefined },
    nats: {
      clientUrls: layout.nats.map((node) => `tls://${node.host}:${node.clientPort}`),
      transport: 'local',
      nodes: layout.nats,
    },
    redis: {
      endpoints: layout.redis.map(({ host, port }) => ({ host, port })),
      tls: true,
      authSecret: `gsys/${fleet}/${name}/redis-auth`,
    },
    operator: {
      ca: path.join(layout.certs, 'ca.pem'),
      ...identity(OPERATOR),
      system: identity(SYSTEM),
    },
  };
}
