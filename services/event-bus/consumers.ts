import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamManager,
  NatsError,
  RetentionPolicy,
} from 'nats';
import { NotConnected } from '../sdk/call-errors.ts';
import type { Link } from '../sdk/connect.ts';
import type { Definition } from '../sdk/definition.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Held, Route } from './routes.ts';

/** The durable consumers behind subscriptions. */
export interface Consumers {
  /** The streams that may be subscribed to, as they are now. */
  held(): Promise<Held[]>;
  /** Makes it where there is none, and waits until it can be taken from. */
  open(route: Route): Promise<Consumer>;
  /** That there is none is fine. */
  remove(route: Route): Promise<void>;
}

/** Less than any caller waits. */
const TIMEOUT_MS = 1_500;
/** After which a message that a task took and never settled goes to another task; seconds. */
export const ACK_WAIT_S = 30;
/** Between looks for a new consumer's leader, and for how long; milliseconds. An election takes half a second. */
const LOOK_MS = 50;
const LEADER_MS = 3_000;

export function consumers(link: Link, { consumes = [] }: Pick<Definition, 'consumes'>): Consumers {
  const jetstream = () => {
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    return nc.jetstream({ timeout: TIMEOUT_MS, checkAPI: false });
  };
  const manager = () => jetstream().jetstreamManager(false);
  return {
    held: () => manager().then(subjectsOf(consumes.map(({ stream }) => stream))),
    open: async ({ stream, filter, whole, durable, since }) => {
      const { consumers } = await manager();
      await consumers.add(stream, {
        durable_name: durable,
        ...(!whole && { filter_subject: filter }),
        ack_policy: AckPolicy.Explicit,
        ack_wait: ACK_WAIT_S * 1e9,
        deliver_policy: DeliverPolicy.StartTime,
        opt_start_time: new Date(since).toISOString(),
        // We count ourselves, because the server would drop the message after the last one.
        max_deliver: -1,
      });
      return whenLed(await jetstream().consumers.get(stream, durable));
    },
    remove: async ({ stream, durable }) => {
      const { consumers } = await manager();
      await consumers.delete(stream, durable).catch(unlessGone);
    },
  };
}

/** A work queue gives each message to one consumer: subscribers would take each other's. */
function subjectsOf(names: string[]) {
  return async ({ streams }: JetStreamManager): Promise<Held[]> => {
    const found = await Promise.all(
      names.map(async (stream) => {
        try {
          const { config } = await streams.info(stream);
          return config.retention === RetentionPolicy.Workqueue
            ? []
            : [{ stream, subjects: config.subjects }];
        } catch (error) {
          if (isNotFound(error)) return [];
          throw new ServiceError(Code.UNAVAILABLE, `Stream ${stream} cannot be asked.`, { cause: error });
        }
      }),
    );
    return found.flat();
  };
}

/**
 * A consumer that another task has just made is there before it has a leader, and a fetch meanwhile goes to nobody.
 * One without for longer is left to the fetch's heartbeat.
 */
async function whenLed(consumer: Consumer): Promise<Consumer> {
  for (let waited = 0; waited < LEADER_MS; waited += LOOK_MS) {
    const { cluster } = await consumer.info(waited === 0);
    if (!cluster || cluster.leader) break;
    await sleep(LOOK_MS);
  }
  return consumer;
}

function unlessGone(error: unknown): boolean {
  if (isNotFound(error)) return false;
  throw error;
}

function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.code === 404;
}
