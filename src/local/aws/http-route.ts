import type { IncomingMessage, ServerResponse } from 'node:http';

/** Something that is not an AWS call but lives on the endpoint's port: the registry, task metadata, control. */
export interface HttpRoute {
  /** Of the path, with its slashes: `/v2/`. */
  prefix: string;
  /** A throw is answered with 500 and reported. Web pages have been refused before it is called. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

/** Ends a response with JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
