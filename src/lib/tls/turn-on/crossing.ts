import { randomUUID } from 'node:crypto';
import type { NatsConnection } from 'nats';
import { messageOf } from '../../errors.ts';
import type { Environment, NatsNode } from '../../fleet/fleet.ts';
import { OPERATOR } from '../../fleet/identity.ts';
import { connectNats } from '../../nats/connect.ts';
import type { Info } from '../../nats/handshake.ts';
import { inboxPrefix } from '../../nats/permissions.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { pause } from '../../pause.ts';
import { offersTls } from './ways.ts';

/** Somebody at a node: without TLS as anybody, or with it. */
interface Door {
  name: string;
  /** Whether it is mapped there, and so may do what the operator may, and nothing else. */
  mapped: boolean;
  nc: NatsConnection;
}

/** Milliseconds that a subscription needs to be known at all nodes, and a message to come. */
const PATIENCE = 3000;
const AGAIN = 150;

/**
 * Whether what is published at each node, with TLS and without, is heard at each: accounts that differ, or a route that
 * is not there, keep it from that and from nothing else.
 * @returns what was not heard where, one line each; none when all was
 */
export async function troubleCrossing(
  environment: Environment,
  infos: { node: NatsNode; info: Info }[],
): Promise<string[]> {
  const doors: Door[] = [];
  try {
    for (const { node, info } of infos)
      for (const tls of [false, true]) {
        if (tls ? !offersTls(info) : info.tls_required === true) continue;
        doors.push(await openDoor(node, info, tls, environment));
      }
    return await crossed(doors);
  } catch (error) {
    return [messageOf(error)];
  } finally {
    await Promise.all(doors.map(({ nc }) => nc.close().catch(() => undefined)));
  }
}

async function openDoor(node: NatsNode, info: Info, tls: boolean, { operator }: Environment): Promise<Door> {
  const common = { to: node, inboxPrefix: inboxPrefix(OPERATOR), name: OPERATOR, timeout: NATS_TIMEOUT };
  const nc =
    tls && operator !== undefined
      ? await connectNats({ ...common, identity: operator, ca: operator.ca })
      : await connectNats({ ...common, identity: undefined });
  return { name: `${node.name} ${tls ? 'with' : 'without'} TLS`, mapped: info.tls_required === true, nc };
}

/** The operator may hear his inbox and ask services; anybody may do both. Two operators cannot hear each other. */
async function crossed(doors: Door[]): Promise<string[]> {
  const nonce = randomUUID();
  const heard = new Set<string>();
  const subjectOf = ({ mapped }: Door, i: number) =>
    `${mapped ? inboxPrefix(OPERATOR) : 'svc.gsys-turn-on'}.${nonce}.${i}`;
  const pairs = doors.flatMap((to, i) =>
    doors.flatMap((from, j) => (to.mapped && from.mapped ? [] : [{ to, i, from, j, key: `${j}>${i}` }])),
  );
  for (const [i, door] of doors.entries()) {
    door.nc.subscribe(subjectOf(door, i), {
      callback: (_error, message) => void heard.add(`${message?.string()}>${i}`),
    });
    await door.nc.flush();
  }
  const missing = () => pairs.filter(({ key }) => !heard.has(key));
  for (const deadline = Date.now() + PATIENCE; missing().length > 0 && Date.now() < deadline; ) {
    for (const { to, i, from, j } of missing()) from.nc.publish(subjectOf(to, i), String(j));
    await pause(AGAIN, undefined);
  }
  return missing().map(({ from, to }) => `what is published at ${from.name} is not heard at ${to.name}`);
}
