import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Code } from '../sdk/errors.ts';
import type { JsonObject } from './body.ts';
import { Failure, fromCode } from './failure.ts';

/** Replies in parts, as server-sent events. */
export interface Streams {
  /**
   * Sends parts as they come. Nothing is sent before the first one is there: what fails until then is thrown, and sets
   * the status. When the client has gone, or takes nothing for 5 s, the signal that was handed to `open` is aborted.
   * @throws Failure 429 when a hundred are open, and whatever `open` throws before the first part
   */
  send(
    response: ServerResponse,
    headers: Record<string, string>,
    open: (signal: AbortSignal) => AsyncIterable<JsonObject>,
    toError: (thrown: unknown) => JsonObject,
  ): Promise<void>;
  /** Tells those that are open that the task leaves. */
  end(): void;
}

const MOST = 100;
const RETRY_AFTER_S = 10;
/** Shorter than the shortest idle timeout of a load balancer; milliseconds. */
const HEARTBEAT_MS = 10_000;
/** How long a client may take nothing while something waits for it; milliseconds. */
const SLOW_MS = 5_000;

export function createStreams(): Streams {
  const open = new Set<AbortController>();
  return {
    send: async (response, headers, ask, toError) => {
      if (open.size >= MOST)
        throw new Failure(429, 'RESOURCE_EXHAUSTED', `${MOST} streams are open here.`, {
          headers: { 'retry-after': String(RETRY_AFTER_S) },
        });
      const stopping = new AbortController();
      const gone = () => stopping.abort(new Error('the client has gone'));
      response.once('close', gone);
      open.add(stopping);
      try {
        const parts = ask(stopping.signal)[Symbol.asyncIterator]();
        const first = await parts.next();
        response.writeHead(200, { ...headers, ...EVENT_STREAM });
        response.flushHeaders();
        await sendAll(response, first, parts, stopping, toError);
      } finally {
        open.delete(stopping);
        response.off('close', gone);
      }
    },
    end: () => {
      for (const stopping of open) stopping.abort(fromCode(Code.UNAVAILABLE, 'This task leaves; ask again.'));
    },
  };
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Proxies of the nginx kind keep parts together until there are many, unless they are told not to.
  'x-accel-buffering': 'no',
};

async function sendAll(
  response: ServerResponse,
  first: IteratorResult<JsonObject>,
  rest: AsyncIterator<JsonObject>,
  stopping: AbortController,
  toError: (thrown: unknown) => JsonObject,
): Promise<void> {
  const heartbeat = setInterval(() => response.write(': alive\n\n'), HEARTBEAT_MS);
  try {
    for (let part = first; !part.done; part = await rest.next()) await write(response, part.value, stopping);
  } catch (thrown) {
    // The status is on its way already: the failure is the last event.
    if (!response.destroyed) await write(response, toError(thrown), stopping).catch(() => undefined);
  } finally {
    clearInterval(heartbeat);
    await rest.return?.();
    response.end();
  }
}

async function write(
  response: ServerResponse,
  event: JsonObject,
  { signal }: AbortController,
): Promise<void> {
  if (response.destroyed) throw signal.reason;
  if (response.write(`data: ${JSON.stringify(event)}\n\n`)) return;
  try {
    await once(response, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(SLOW_MS)]) });
  } catch (error) {
    response.destroy();
    throw error;
  }
}
