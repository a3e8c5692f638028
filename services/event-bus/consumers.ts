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
import { covers, intersection } from './patterns.ts';
import { durableName, type Route } from './registry.ts';

/** The durable consumers behind subscriptions. */
export interface Consumers {
  /** Where events of these patterns are, as far as they are in a stream. */
  routes(id: string, patterns: string[]): Promise<Route[]>;
  /** Makes it where there is none. */
  open(route: Route): Promise<Consumer>;
  /** That there is none is fine. */
  remove(route: Route): Promise<void>;
}

/** Less than any caller waits. */
const TIMEOUT_MS = 1_500;
/** After which a message that a task took and never settled goes to another task; seconds. */
export const ACK_WAIT_S = 30;

export function consumers(link: Link, { consumes = [] }: Definition): Consumers {
  const jetstream = () => {
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    return nc.jetstream({ timeout: TIMEOUT_MS, checkAPI: false });
  };
  const manager = () => jetstream().jetstreamManager(false);
  return {
    routes: async (id, patterns) => {
      const streams = await manager().then(subjectsOf(consumes.map(({ stream }) => stream)));
      return streams.flatMap(({ stream, subjects }) =>
        patterns.flatMap((pattern) => {
          const whole = subjects.every((subject) => covers(pattern, subject));
          const filters = whole
            ? [pattern]
            : subjects.flatMap((subject) => intersection(pattern, subject) ?? []);
          return filters.map((filter) => ({
            ...{ stream, filter, whole },
            durable: durableName(id, filter),
            since: Date.now(),
          }));
        }),
      );
    },
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
      return jetstream().consumers.get(stream, durable);
    },
    remove: async ({ stream, durable }) => {
      const { consumers } = await manager();
      await consumers.delete(stream, durable).catch(unlessGone);
    },
  };
}

/** A work queue gives each message to one consumer: subscribers would take each other's. */
function subjectsOf(names: string[]) {
  return async ({ streams }: JetStreamManager): Promise<{ stream: string; subjects: string[] }[]> => {
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

function unlessGone(error: unknown): boolean {
  if (isNotFound(error)) return false;
  throw error;
}

function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && error.api_error?.code === 404;
}
