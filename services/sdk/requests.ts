import type { NatsConnection, ServiceMsg } from 'nats';
import type { EndpointDefinition } from './definition.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointStats } from './endpoint-stats.ts';
import { Code, ServiceError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { Logger } from './log.ts';
import { replyTo } from './reply.ts';
import { requestContext, TIMEOUT_HEADER, timeoutOf } from './request-context.ts';
import { assertFits } from './size.ts';
import { whileStateIsAway } from './state-away.ts';
import { sendParts } from './stream-reply.ts';

/** Requests, from their arrival until nothing of them is left. */
export interface Requests {
  take(msg: ServiceMsg, declared: EndpointDefinition, endpoint: Endpoint): void;
  /** Resolves when every handler that was begun has ended. */
  idle(): Promise<unknown>;
  /** Tells every handler to stop, and its caller to ask elsewhere: the task cannot wait any longer. */
  abandon(): void;
}

export interface RequestsOptions {
  service: string;
  connection: NatsConnection;
  inbox: Inbox;
  stats: EndpointStats;
  log: Logger;
  /** Handlers at the same time; the next request is told RESOURCE_EXHAUSTED at once rather than late. */
  concurrency: number;
}

export function createRequests(options: RequestsOptions): Requests {
  const { service, connection: nc, inbox, stats, log, concurrency } = options;
  const running = new Set<Promise<void>>();
  const abandonments = new Set<() => void>();

  const answer = async (msg: ServiceMsg, declared: EndpointDefinition, endpoint: Endpoint) => {
    const { name, timeout, idempotent } = declared;
    const reply = replyTo({ msg, name, endpoint, stats, log });
    let timer: NodeJS.Timeout | undefined;
    let abandon = () => {};
    try {
      if (running.size >= concurrency)
        throw new ServiceError(Code.RESOURCE_EXHAUSTED, `${service} is busy with ${concurrency} requests.`);
      const call = endpoint.decode(msg.data);
      reply.know(call.meta);
      const timeoutMs = timeoutOf(msg.headers, timeout * 1000);
      const context = requestContext({ call, headers: msg.headers, timeoutMs, log });
      const giveUp = (code: Code, why: string) => context.abort(reply.fail(new ServiceError(code, why)));
      timer = setTimeout(() => giveUp(Code.DEADLINE_EXCEEDED, `${name} took too long.`), timeoutMs);
      abandon = () => giveUp(Code.UNAVAILABLE, 'This task leaves; ask again.');
      abandonments.add(abandon);
      if (call.streaming) {
        await sendParts(call.answer(context), { nc, inbox, msg, context });
        reply.succeed();
      } else {
        // Whoever does not say how long he waits hears at once what is wrong.
        const mayRepeat = idempotent && msg.headers?.has(TIMEOUT_HEADER) === true;
        const bytes = await (mayRepeat
          ? whileStateIsAway(() => call.answer(context), context)
          : call.answer(context));
        assertFits(bytes, nc);
        reply.succeed(bytes);
      }
    } catch (thrown) {
      reply.fail(thrown);
    } finally {
      clearTimeout(timer);
      abandonments.delete(abandon);
    }
  };

  return {
    take: (msg, declared, endpoint) => {
      const work = answer(msg, declared, endpoint).catch((error) =>
        log.error({ err: error }, 'a reply was lost'),
      );
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    idle: () => Promise.all(running),
    abandon: () => {
      for (const abandon of [...abandonments]) abandon();
    },
  };
}
