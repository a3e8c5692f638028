import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { headers, type NatsConnection, type Service, type ServiceMsg } from 'nats';
import type { Meta } from '../gen/common_pb.js';
import type { Link } from './connect.ts';
import type { Definition, EndpointDefinition } from './definition.ts';
import type { Endpoint } from './endpoint.ts';
import { createEndpointStats } from './endpoint-stats.ts';
import { Code, codeName, httpStatus, ServiceError } from './errors.ts';
import type { TaskIdentity } from './identity.ts';
import type { Logger } from './log.ts';

export interface Serving {
  /** The server has confirmed the subscriptions of the present connection. */
  isConfirmed(): boolean;
  /** Takes no more requests, and resolves when those that it has are answered. */
  drain(): Promise<void>;
}

export interface ServeOptions {
  link: Link;
  connection: NatsConnection;
  definition: Definition;
  endpoints: Record<string, Endpoint>;
  identity: TaskIdentity | undefined;
  log: Logger;
  /** Told each time the server has confirmed the subscriptions: at the start, and after each reconnection. */
  onConfirmed(): void;
  /** Requests at the same time; the next one is told RESOURCE_EXHAUSTED at once rather than late. */
  concurrency?: number;
}

const DEFAULT_CONCURRENCY = 256;
/** Between two attempts to subscribe when the server refused it: a permission may be on its way. */
const RESUBSCRIBE_WAIT_MS = 1_000;

/** Makes the process a NATS micro service (ADR-32): its endpoints, and `$SRV.PING`, `INFO` and `STATS`. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { link, connection: nc, definition, endpoints, log, concurrency = DEFAULT_CONCURRENCY } = options;
  assertComplete(definition, endpoints);
  const stats = createEndpointStats();
  const inFlight = new Set<Promise<void>>();
  let confirmed = false;
  let draining = false;
  let service: Service | undefined;

  const take = (msg: ServiceMsg, name: string, endpoint: Endpoint) => {
    const work = answer(msg, name, endpoint).catch((error) => log.error({ err: error }, 'a reply was lost'));
    inFlight.add(work);
    void work.finally(() => inFlight.delete(work));
  };

  const answer = async (msg: ServiceMsg, name: string, endpoint: Endpoint) => {
    const startedAt = process.hrtime.bigint();
    let meta: Meta | undefined;
    try {
      if (inFlight.size >= concurrency)
        throw new ServiceError(
          Code.RESOURCE_EXHAUSTED,
          `${definition.name} is busy with ${concurrency} requests.`,
        );
      const call = endpoint.decode(msg.data);
      meta = call.meta;
      const reply = await call.answer({
        meta,
        log: meta?.traceId ? log.child({ traceId: meta.traceId }) : log,
      });
      assertFits(reply, nc);
      msg.respond(reply);
      stats.count(name, startedAt);
    } catch (thrown) {
      const error = toServiceError(thrown, log, { endpoint: name, traceId: meta?.traceId });
      const summary = `${codeName(error.code)}: ${error.message}`;
      stats.count(name, startedAt, summary);
      msg.respond(endpoint.failure(error, meta), { headers: errorHeaders(error.code, summary) });
    }
  };

  const subscribe = async () => {
    confirmed = false;
    service = await nc.services.add({
      name: definition.name,
      version: versionOf(definition),
      description: definition.purpose,
      metadata: { ...options.identity },
      statsHandler: stats.statsHandler,
    });
    for (const { name, subject } of definition.endpoints) {
      const endpoint = endpoints[name] as Endpoint;
      service.addEndpoint(name, {
        subject,
        ...(definition.queueGroup ? { queue: definition.queueGroup } : {}),
        handler: (error, msg) => {
          if (!error) take(msg, name, endpoint);
        },
        metadata: { request: endpoint.requestType, response: endpoint.responseType },
      });
    }
    service.stopped.then(resubscribe).catch((error) => log.error({ err: error }, 'cannot subscribe'));
    await confirm();
  };

  /** A refused subscription stops the whole micro service in the client. A task that nobody can ask is not ready. */
  const resubscribe = async (reason: Error | null) => {
    confirmed = false;
    if (draining || nc.isClosed()) return;
    log.error({ reason: reason?.message }, 'subscriptions were refused, trying again');
    await sleep(RESUBSCRIBE_WAIT_MS);
    if (!draining && !nc.isClosed()) await subscribe();
  };

  /** A PONG comes after the server has dealt with all that was sent before the PING, refusals included. */
  const confirm = async () => {
    try {
      await nc.flush();
      confirmed = !draining && service?.isStopped === false;
      if (confirmed) options.onConfirmed();
    } catch {
      // The connection went away under it; the reconnection confirms anew.
    }
  };

  link.onDisconnect(() => {
    confirmed = false;
  });
  link.onReconnect(() => void confirm());
  await subscribe();

  return {
    isConfirmed: () => confirmed && link.isConnected(),
    drain: async () => {
      draining = true;
      confirmed = false;
      await service?.stop();
      await Promise.all(inFlight);
      // Without a connection nobody waits for these replies any more.
      if (link.isConnected()) await nc.flush().catch(() => undefined);
    },
  };
}

/** The service's handlers and its contract are the same list, or the task does not start. */
function assertComplete(definition: Definition, endpoints: Record<string, Endpoint>): void {
  const faults = definition.endpoints.flatMap((declared) => mismatch(declared, endpoints[declared.name]));
  const declaredNames = new Set(definition.endpoints.map(({ name }) => name));
  for (const name of Object.keys(endpoints))
    if (!declaredNames.has(name)) faults.push(`${name} is not in service.yaml`);
  if (faults.length > 0)
    throw new Error(`${definition.name} does not serve its contract: ${faults.join('; ')}.`);
}

function mismatch(declared: EndpointDefinition, endpoint: Endpoint | undefined): string[] {
  if (!endpoint) return [`${declared.name} has no handler`];
  if (endpoint.requestType !== declared.request) return [`${declared.name} takes ${endpoint.requestType}`];
  if (endpoint.responseType !== declared.response)
    return [`${declared.name} answers ${endpoint.responseType}`];
  return [];
}

/** The contract's major version: `settings.v1` is served as 1.0.0. Builds differ by the metadata's digest. */
function versionOf({ proto }: Definition): string {
  return `${/\.v(\d+)$/.exec(proto ?? '')?.[1] ?? '1'}.0.0`;
}

/** The server closes the connection of whoever sends more than it takes. */
function assertFits(reply: Uint8Array, nc: NatsConnection): void {
  const limit = nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (reply.length > limit)
    throw new ServiceError(
      Code.RESOURCE_EXHAUSTED,
      `The reply has ${reply.length} bytes; NATS carries ${limit} at most.`,
    );
}

/** What was not thrown for callers stays here: they get an id, and the log has the rest under it. */
function toServiceError(thrown: unknown, log: Logger, about: object): ServiceError {
  if (thrown instanceof ServiceError) {
    log.debug({ ...about, code: codeName(thrown.code), err: thrown }, 'request refused');
    return thrown;
  }
  const errorId = randomUUID();
  log.error({ ...about, errorId, err: thrown }, 'request failed');
  return new ServiceError(Code.INTERNAL, `Internal error ${errorId}.`, { details: { errorId } });
}

/** For callers that know ADR-32 and not our contracts. A header holds one line of Latin letters. */
function errorHeaders(code: Code, summary: string) {
  const result = headers();
  result.set('Nats-Service-Error-Code', String(httpStatus(code)));
  result.set('Nats-Service-Error', summary.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 256));
  return result;
}
