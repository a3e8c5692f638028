import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import type { Environment } from '../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { connectOperator } from '../../src/lib/nats/operator.ts';
import { REPOSITORY } from './definition.ts';
import type { Answer } from './load.ts';
import type { Platform } from './platform.ts';

/** Posts JSON to a route of the gateway. */
export async function post(url: URL, body: object, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal });
  return { status: response.status, body: await response.json() };
}

/** Asks services themselves, as the operator, once each. */
export interface Asking {
  nc: NatsConnection;
  /** @param timeoutMs that it waits, and that the service is told */
  ask<I extends DescMessage, O extends DescMessage>(
    subject: string,
    [request, response]: [I, O],
    init: MessageInitShape<I>,
    timeoutMs: number,
  ): Promise<Answer>;
}

/** Through whichever node is the first to let the operator in. */
export async function askingOf(fleet: Platform): Promise<Asking> {
  return await askingThrough(await environmentOf(fleet));
}

/** Through each node: a node prefers tasks that are connected to itself, so that none is left out. */
export async function askingEverywhere(fleet: Platform): Promise<Asking[]> {
  const environment = await environmentOf(fleet);
  return await Promise.all(
    environment.nats.nodes.map((node) =>
      askingThrough({ ...environment, nats: { ...environment.nats, nodes: [node] } }),
    ),
  );
}

async function environmentOf({ home, slot }: Platform): Promise<Environment> {
  return (await loadFleet({ from: REPOSITORY, home, slot: String(slot) })).environment;
}

async function askingThrough(environment: Environment): Promise<Asking> {
  const nc = await connectOperator(environment, AbortSignal.timeout(60_000));
  return {
    nc,
    ask: async (subject, [request, response], init, timeoutMs) => {
      const bytes = toBinary(request, create(request, init));
      const reply = await nc.request(subject, bytes, { timeout: timeoutMs });
      const status = Number(reply.headers?.get('Nats-Service-Error-Code') || 200);
      return { status, body: toJson(response, fromBinary(response, reply.data)) };
    },
  };
}
