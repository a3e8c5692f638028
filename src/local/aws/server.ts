import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../../lib/errors.ts';
import { answerCall } from './call.ts';
import { callForm, webPageRefusal } from './guard.ts';
import { type HttpRoute, sendJson } from './http-route.ts';
import type { AwsService } from './service.ts';

export interface EndpointOptions {
  services: AwsService[];
  /** The first whose prefix fits takes the request; what fits none is an AWS call. */
  routes: HttpRoute[];
  /** A UUID, for x-amzn-requestid. */
  randomId(): string;
  /** Told of every fault that is the platform's own; the caller got a 500 with this request id. */
  onError(error: unknown, requestId: string): void;
}

/** Longer than SDK clients keep idle connections, so that they are the ones who close them (ms). */
const KEEP_ALIVE = 75_000;

/** The one port that AWS clients, registries and tasks talk to. The caller listens, on a loopback address. */
export function createEndpoint(options: EndpointOptions): Server {
  const server = createServer((request, response) => {
    const requestId = options.randomId();
    response.setHeader('x-amzn-requestid', requestId);
    answer(request, response, options, requestId).catch((error) => {
      options.onError(error, requestId);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { __type: 'InternalServerError', message: messageOf(error) });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  // Image layers may take as long as they need.
  server.requestTimeout = 0;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: EndpointOptions,
  requestId: string,
): Promise<void> {
  const refusal = webPageRefusal(request.headers);
  if (refusal) return refuse(request, response, refusal);
  const path = request.url ?? '/';
  const route = options.routes.find(({ prefix }) => path.startsWith(prefix));
  if (route) return await route.handle(request, response);
  const form = request.method === 'POST' ? callForm(request.headers) : undefined;
  if (!form) return refuse(request, response, 'This is neither an AWS call nor a path of this endpoint.');

  const { status, contentType, body, fault } = await answerCall(form, request, options.services, requestId);
  if (fault !== undefined) options.onError(fault, requestId);
  if (!request.complete) hangUpAfter(request, response);
  response
    .writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
    .end(body);
}

function refuse(request: IncomingMessage, response: ServerResponse, message: string): void {
  hangUpAfter(request, response);
  sendJson(response, 403, { __type: 'AccessDeniedException', message });
}

/** The rest of a body that nobody wants is thrown away, and the connection with it. */
function hangUpAfter(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close');
  request.resume();
}
