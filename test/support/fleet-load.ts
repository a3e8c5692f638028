import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { connect, type NatsConnection } from 'nats';
import { GetRequestSchema, GetResponseSchema } from '../../services/gen/settings_pb.js';
import { retry } from '../../services/sdk/retry.ts';
import type { Environment } from '../../src/lib/fleet/fleet.ts';
import { OPERATOR } from '../../src/lib/fleet/identity.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { inboxPrefix } from '../../src/lib/nats/permissions.ts';
import type { Answer } from './load.ts';
import type { Platform } from './platform.ts';
import { type SteadyLoad, startSteadyLoad } from './steady-load.ts';
import { until } from './until.ts';
import { volumeAt } from './volume.ts';

/** One in so many comes as a player does, through the gateway; the others over NATS, to one node after the other. */
const GATEWAY = 5;
const PLAYERS = 8;
/** As the services' SDK asks what is idempotent. */
export const RETRIES = {
  ...{ retries: 2, minWaitMs: 50, maxWaitMs: 500, patienceMs: 1000 },
  isWorthwhile: () => true,
};
/** Milliseconds of one attempt. */
const TIMEOUT = 5000;
/** Milliseconds between two looks at the files of its identity. */
const LOOK = 500;

/** The settings of a fleet that runs are read all the time, by a client that takes another certificate when it gets one. */
export async function fleetLoad(platform: Platform, root: string): Promise<SteadyLoad> {
  const { home, slot } = platform;
  const { environment } = await loadFleet({ from: root, home, slot: String(slot) });
  const volume = volumeAt((await platform.status()).gatewayUrl);
  const client = await movingClient(environment);
  const load = startSteadyLoad((n, signal) =>
    n % GATEWAY === 0 ? volume.read(n % PLAYERS, signal) : client.read(n),
  );
  const stopped = load.stop;
  let ended: ReturnType<typeof stopped> | undefined;
  return {
    ...load,
    stop: () => {
      ended ??= stopped().finally(() => client.close());
      return ended;
    },
  };
}

/** Waits until more requests are answered as asked. */
export async function moreAnswers(load: SteadyLoad): Promise<void> {
  const before = load.answered();
  await until('answers', () => load.answered() > before + 500, 150_000);
}

interface MovingClient {
  read(n: number): Promise<Answer>;
  close(): Promise<void>;
}

/** Connected to each node; anew, before its former connections end, whenever its certificate is another one. */
async function movingClient({ nats, operator }: Environment): Promise<MovingClient> {
  if (operator === undefined) throw new Error('there is no operator');
  const certificate = () => readFileSync(operator.cert, 'utf8');
  const addresses = nats.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`);
  const connectTo = (first: string) =>
    connect({
      servers: [first, ...addresses.filter((other) => other !== first)],
      noRandomize: true,
      tls: { certFile: operator.cert, keyFile: operator.key, caFile: operator.ca },
      inboxPrefix: inboxPrefix(OPERATOR),
      name: 'a client under load',
      noAsyncTraces: true,
      ...{ maxReconnectAttempts: -1, reconnectTimeWait: 250, timeout: TIMEOUT },
    });
  let used = certificate();
  const links = await Promise.all(addresses.map(connectTo));
  let moving: Promise<void> | undefined;
  const move = async () => {
    const wanted = certificate();
    if (wanted === used) return;
    for (const [i, former] of links.entries()) {
      links[i] = await connectTo(addresses[i] as string);
      await former.drain();
    }
    used = wanted;
  };
  const timer = setInterval(() => {
    // A node that is just restarted is tried again.
    moving ??= move()
      .catch(() => undefined)
      .finally(() => {
        moving = undefined;
      });
  }, LOOK);
  return {
    read: (n) => retry(() => readSettings(links[n % links.length] as NatsConnection, n), RETRIES),
    async close() {
      clearInterval(timer);
      await moving;
      await Promise.all(links.map((nc) => nc.close()));
    },
  };
}

/** @throws Error where the one who was asked says to ask again */
async function readSettings(nc: NatsConnection, n: number): Promise<Answer> {
  const request = create(GetRequestSchema, { playerId: `p${n % PLAYERS}`, settingKeys: ['volume_master'] });
  const reply = await nc.request('svc.settings.v1.get', toBinary(GetRequestSchema, request), {
    timeout: TIMEOUT,
  });
  const status = Number(reply.headers?.get('Nats-Service-Error-Code') || 200);
  if (status !== 200) throw new Error(`${status}: ${reply.headers?.get('Nats-Service-Error')}`);
  return { status, body: toJson(GetResponseSchema, fromBinary(GetResponseSchema, reply.data)) };
}
