import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Gateway, handle } from './handle.ts';

/** Longer than load balancers keep an idle connection (60 s by default), so that they close it and never we. */
const KEEP_ALIVE_MS = 65_000;
/** For a whole request to arrive. */
const REQUEST_MS = 30_000;

/**
 * How long a task that leaves still serves whoever comes, while `/ready` says that it does not: for load balancers to
 * notice, and for clients that keep a connection to be told that it closes. Milliseconds.
 */
const LINGER_MS = 1_000;
/** How long streams that are open may go on from then; all in all less than the task has to drain. */
const STREAMS_MS = 10_000;
/** Between two looks for connections that have become idle. */
const CLOSE_IDLE_MS = 50;

/** @returns a graceful end: whoever still comes is served for a moment, and what is under way is answered */
export async function listenForHttp(
  gateway: Gateway,
  host: string,
  port: number,
): Promise<() => Promise<void>> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      handle(gateway, request, response).catch((error) => {
        gateway.log.error({ err: error }, 'a request was lost');
        response.destroy();
      });
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return async () => {
    await sleep(LINGER_MS);
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => gateway.streams.end(), STREAMS_MS);
      // Answers say `connection: close`, but one whose headers were sent before could not: it is idle when it is over.
      const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
      server.close(() => {
        clearTimeout(patience);
        clearInterval(closing);
        resolve();
      });
    });
  };
}
