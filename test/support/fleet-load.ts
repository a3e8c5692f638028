import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { connect, headers, type NatsConnection } from 'nats';
import { LocalizeRequestSchema, LocalizeResponseSchema } from '../../services/gen/language_system_pb.js';
import { retry } from '../../services/sdk/retry.ts';
import type { Environment } from '../../src/lib/fleet/fleet.ts';
import { OPERATOR } from '../../src/lib/fleet/identity.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { inboxPrefix } from '../../src/lib/nats/permissions.ts';
import type { Answer } from './load.ts';
import type { Platform } from './platform.ts';
import { type SteadyLoad, startSteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

/** Of what fleetLoad asks, besides settings and gateway. */
export const ASKED = ['language-system'];

/**
 * One in so many comes as a player does, through the gateway, to a service that reads from JetStream; the others over
 * NATS, through one node after the other, to one that has no state.
 */
const GATEWAY = 5;
const PLAYERS = 8;
/** As the services' SDK asks what is idempotent. */
export const RETRIES = {
  ...{ retries: 2, minWaitMs: 50, maxWaitMs: 500, patienceMs: 1000 },
  isWorthwhile: () => true,
};
/** Milliseconds of one attempt; the service is told. */
const TIMEOUT = 3000;
/**
 * The operator's inbox is closed to answers that a reload overtakes, and whoever comes as the operator asks again
 * (docs/decisions/answers-and-reloads.md).
 */
const AGAIN = { ...RETRIES, patienceMs: 20_000, retries: 5 };
/** Milliseconds between two looks at the files of its identity. */
const LOOK = 500;

/** A fleet that runs is asked all the time, over NATS by a client that takes another certificate when it gets one. */
export async function fleetLoad(platform: Platform, root: string): Promise<SteadyLoad> {
  const { home, slot } = platform;
  const { environment } = await loadFleet({ from: root, home, slot: String(slot) });
  const route = new URL('/settings/get', (await platform.status()).gatewayUrl);
  const client = await movingClient(environment);
  const load = await startSteadyLoad((n, signal) =>
    n % GATEWAY === 0
      ? postAlone(route, { playerId: `p${n % PLAYERS}`, settingKeys: ['volume_master'] }, signal)
      : client.localize(n),
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
  localize(n: number): Promise<Answer>;
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
      ...{ maxReconnectAttempts: -1, reconnectTimeWait: 250, timeout: 10_000 },
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
    localize: (n) => retry(() => localize(links[n % links.length] as NatsConnection), AGAIN),
    async close() {
      clearInterval(timer);
      await moving;
      await Promise.all(links.map((nc) => nc.close()));
    },
  };
}

const REQUEST = toBinary(
  LocalizeRequestSchema,
  create(LocalizeRequestSchema, {
    ...{ contentId: 'menu.welcome', targetLanguage: 'de', variables: { player: 'p1' } },
  }),
);

/** @throws Error where the one who was asked says to ask again */
async function localize(nc: NatsConnection): Promise<Answer> {
  const told = headers();
  told.set('Gsys-Timeout-Ms', String(TIMEOUT));
  const reply = await nc.request('svc.lang.v1.localize', REQUEST, { timeout: TIMEOUT, headers: told });
  const status = Number(reply.headers?.get('Nats-Service-Error-Code') || 200);
  if (status !== 200) throw new Error(`${status}: ${reply.headers?.get('Nats-Service-Error')}`);
  return { status, body: toJson(LocalizeResponseSchema, fromBinary(LocalizeResponseSchema, reply.data)) };
}

/** A connection of its own each: one that is kept may be closed by a task that leaves while a request is on its way. */
function postAlone(url: URL, body: object, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent: false, signal }, (response) => {
      text(response).then(
        (said) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(said) }),
        reject,
      );
    });
    asked.on('error', reject).end(JSON.stringify(body));
  });
}
