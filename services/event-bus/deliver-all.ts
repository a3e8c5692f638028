import type { Consumer } from 'nats';
import type { Link } from '../sdk/connect.ts';
import type { Logger } from '../sdk/log.ts';
import { repeat } from '../sdk/repeat.ts';
import type { Consumers } from './consumers.ts';
import { deliver } from './deliver.ts';
import type { Registry, Subscription } from './registry.ts';
import { type Route, routesOf } from './routes.ts';

export interface Delivery {
  link: Link;
  registry: Registry;
  consumers: Consumers;
  log: Logger;
  /** Of `deliver`. */
  waits?: number[];
}

/** How soon a task learns of a new subscription; milliseconds. */
const LOOK_MS = 500;
const RETRY_MS = 1_000;
/** How soon a subscription gets the events of a stream that is new, or has new subjects; milliseconds. */
const REROUTE_MS = 5_000;
/** Events that a task takes at a time from one consumer: all are settled before it takes more. */
const BATCH = 16;
/** How long a request for events is open; milliseconds. */
const EXPIRES_MS = 10_000;
/** A request that two of these have not come for has met no leader, and is made again; milliseconds. */
const HEARTBEAT_MS = 1_000;

/**
 * Delivers every subscription's events. All tasks do, from the same durable consumers: each event goes to one of them.
 * @returns ends it when everything taken is settled
 */
export function deliverAll(delivery: Delivery): () => Promise<void> {
  const { registry, log } = delivery;
  const running = new Map<string, { same: string; stop(): Promise<void> }>();
  const stopLooking = repeat('looking for subscriptions', LOOK_MS, log, async () => {
    const wanted = new Map((await registry.all()).flatMap(entriesOf));
    for (const [key, { same, stop }] of running) {
      if (wanted.get(key)?.same === same) continue;
      running.delete(key);
      void stop();
    }
    for (const [key, { subscription, route, same }] of wanted)
      if (!running.has(key)) running.set(key, { same, stop: deliverOne(delivery, subscription, route) });
  });
  const stopRerouting = repeat('looking for new streams', REROUTE_MS, log, () => rerouteAll(delivery));
  return async () => {
    await Promise.all([stopLooking(), stopRerouting()]);
    await Promise.all([...running.values()].map(({ stop }) => stop()));
  };
}

async function rerouteAll({ registry, consumers }: Delivery): Promise<void> {
  const held = await consumers.held();
  for (const { id, patterns, since, routes } of await registry.all()) {
    if (namesOf(routesOf(id, patterns, held, since)) === namesOf(routes)) continue;
    const dropped = await registry.reroute(id, held);
    await Promise.all(dropped.map((route) => consumers.remove(route)));
  }
}

function namesOf(routes: Route[]): string {
  return routes
    .map(({ stream, durable }) => `${stream} ${durable}`)
    .sort()
    .join();
}

interface Wanted {
  subscription: Subscription;
  route: Route;
  /** Another text, another delivery. */
  same: string;
}

function entriesOf(subscription: Subscription): [string, Wanted][] {
  return subscription.routes.map((route) => {
    const same = JSON.stringify([subscription, route]);
    return [`${route.stream} ${route.durable}`, { subscription, route, same }];
  });
}

function deliverOne(delivery: Delivery, subscription: Subscription, route: Route): () => Promise<void> {
  const { registry, consumers, log } = delivery;
  const { id } = subscription;
  return repeat(`delivery of ${route.filter} to ${subscription.callback}`, RETRY_MS, log, async (signal) => {
    const consumer = await consumers.open(route);
    // Opened again by us after somebody had unsubscribed.
    if ((await registry.get(id)) === undefined) return consumers.remove(route);
    while (!signal.aborted) await deliverSome(delivery, subscription, consumer, signal);
  });
}

async function deliverSome(
  { link, log, waits }: Delivery,
  subscription: Subscription,
  consumer: Consumer,
  signal: AbortSignal,
): Promise<void> {
  const nc = link.connection();
  if (!nc) return;
  const messages = await consumer.fetch({
    max_messages: BATCH,
    expires: EXPIRES_MS,
    idle_heartbeat: HEARTBEAT_MS,
  });
  const stop = () => void messages.close();
  signal.addEventListener('abort', stop, { once: true });
  const deliveries: Promise<void>[] = [];
  try {
    for await (const message of messages)
      deliveries.push(
        // Unsettled, it comes again by itself.
        deliver(nc, subscription, message, log, waits).catch((error) =>
          log.error({ err: error, subscription: subscription.id }, 'a delivery failed'),
        ),
      );
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(deliveries);
  }
  // A consumer that is gone answers no fetch, and says so only here.
  if (deliveries.length === 0 && !signal.aborted) await consumer.info();
}
