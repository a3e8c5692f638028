import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection, Service } from 'nats';
import type { Link } from './connect.ts';
import type { Definition, EndpointDefinition } from './definition.ts';
import type { Endpoint } from './endpoint.ts';
import { createEndpointStats } from './endpoint-stats.ts';
import type { TaskIdentity } from './identity.ts';
import type { Logger } from './log.ts';
import { createRequests } from './requests.ts';

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
/** How long requests that have begun may go on when the task is told to leave; less than it has to drain. */
const PATIENCE_MS = 15_000;
/** Between two attempts to subscribe when the server refused it: a permission may be on its way. */
const RESUBSCRIBE_WAIT_MS = 1_000;

/** Makes the process a NATS micro service (ADR-32): its endpoints, and `$SRV.PING`, `INFO` and `STATS`. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { link, connection: nc, definition, endpoints, log, concurrency = DEFAULT_CONCURRENCY } = options;
  assertComplete(definition, endpoints);
  const stats = createEndpointStats();
  const requests = createRequests({
    ...{ connection: nc, inbox: link.inbox, stats, log, concurrency },
    service: definition.name,
  });
  let confirmed = false;
  let draining = false;
  let service: Service | undefined;

  const subscribe = async () => {
    confirmed = false;
    service = await nc.services.add({
      name: definition.name,
      version: versionOf(definition),
      description: definition.purpose,
      metadata: { ...options.identity },
      statsHandler: stats.statsHandler,
    });
    for (const declared of definition.endpoints) {
      const { name, subject } = declared;
      const endpoint = endpoints[name] as Endpoint;
      service.addEndpoint(name, {
        subject,
        ...(definition.queueGroup ? { queue: definition.queueGroup } : {}),
        handler: (error, msg) => {
          if (!error) requests.take(msg, declared, endpoint);
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
      const patience = setTimeout(requests.abandon, PATIENCE_MS);
      await requests.idle();
      clearTimeout(patience);
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
  if (endpoint.streaming !== (declared.streaming ?? false))
    return [`${declared.name} answers ${endpoint.streaming ? 'in parts' : 'in one piece'}`];
  return [];
}

/** The contract's major version: what is served under `….v1.…` is 1.0.0. Builds differ by the metadata's digest. */
function versionOf({ endpoints }: Definition): string {
  return `${/\.v(\d+)\./.exec(endpoints[0]?.subject ?? '')?.[1] ?? '1'}.0.0`;
}
