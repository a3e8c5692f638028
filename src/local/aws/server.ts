import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../lib/errors.ts';
import { answerCall } from './call.ts';
import type { Gate, Spoiling } from './gate.ts';
import { callForm, webPageRefusal } from './guard.ts';
import { type HttpRoute, sendJson } from './http-route.ts';
import type { AwsService } from './service.ts';
import { EVENT_STREAM } from './wire/event-stream.ts';

export interface EndpointOptions {
  services: AwsService[];
  /** The first whose prefix fits takes the request; what fits none is an AWS call. */
  routes: HttpRoute[];
  /** What every AWS call passes, in this order, before its operation runs. */
  gates?: Gate[];
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

  const { services, gates = [] } = options;
  const { status, contentType, headers, body, fault, spoiled } = await answerCall(
    form,
    request,
    services,
    gates,
    requestId,
  );
  if (fault !== undefined) options.onError(fault, requestId);
  if (spoiled && spoiled !== 'strange') return sendSpoiled(response, spoiled, body);
  if (!request.complete) hangUpAfter(request, response);
  if (typeof body !== 'string') return await stream(response, contentType, body);
  const sent = spoiled === 'strange' ? withStrangeStates(body) : body;
  response
    .writeHead(status, {
      ...headers,
      'content-type': contentType,
      'content-length': Buffer.byteLength(sent),
    })
    .end(sent);
}

/** Of deployments, tasks and alarms, as JSON. */
function withStrangeStates(body: string): string {
  return body.replace(/"(rolloutState|lastStatus|healthStatus|StateValue)":"[A-Z_]+"/g, '"$1":"PONDERING"');
}

/** For as long as the caller stays; that one hangs up is how such an answer ends. */
async function stream(
  response: ServerResponse,
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType });
  try {
    await pipeline(Readable.from(body, { objectMode: false, highWaterMark: 1 }), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function sendSpoiled(
  response: ServerResponse,
  spoiled: Exclude<Spoiling, 'strange'>,
  body: string | AsyncIterable<Uint8Array>,
): void {
  if (typeof body !== 'string') body[Symbol.asyncIterator]().return?.();
  if (spoiled === 'hang') return;
  if (spoiled === 'html') {
    response.writeHead(500, { 'content-type': 'text/html' }).end('<!doctype html><title>Bad gateway</title>');
    return;
  }
  if (typeof body !== 'string') {
    response
      .writeHead(200, { 'content-type': EVENT_STREAM })
      .write(Buffer.alloc(4), () => response.destroy());
    return;
  }
  response.writeHead(200, { 'content-length': Buffer.byteLength(body) + 1 });
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.destroy());
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
