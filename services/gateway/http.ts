import { createServer } from 'node:http';
import { type Gateway, handle } from './handle.ts';

/** Longer than load balancers keep an idle connection (60 s by default), so that they close it and never we. */
const KEEP_ALIVE_MS = 65_000;
/** For a whole request to arrive. */
const REQUEST_MS = 30_000;

/** How long streams that are open may go on when the task is told to leave; less than it has to drain. */
const STREAMS_MS = 10_000;

/** @returns a graceful end: nothing new is accepted, requests that are under way are answered */
export async function listenForHttp(
  gateway: Gateway,
  host: string,
  port: number,
): Promise<() => Promise<void>> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      void handle(gateway, request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      const patience = setTimeout(() => gateway.streams.end(), STREAMS_MS);
      // Closes connections that are idle; the others close after their answer, which says `connection: close`.
      server.close(() => {
        clearTimeout(patience);
        resolve();
      });
    });
}
