import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cause } from '../sdk/call.ts';
import { ServiceError } from '../sdk/errors.ts';
import { answerHealth, type TaskState } from '../sdk/health.ts';
import type { Logger } from '../sdk/log.ts';
import type { Ask } from './ask.ts';
import { type JsonObject, readJson } from './body.ts';
import { badRequest, Failure, fromServiceError } from './failure.ts';
import { type RequestMeta, requestMeta, requestTrace, withMeta } from './meta.ts';
import { choose, type Router } from './routes.ts';
import { validateSession } from './session.ts';
import type { Streams } from './streams.ts';
import type { Transcoder } from './transcode.ts';

export interface Gateway {
  router: Router;
  transcoder: Transcoder;
  ask: Ask;
  streams: Streams;
  /** The document at /openapi.json. */
  openApi(): string;
  state: TaskState;
  /** Of ECS; undefined outside of it. */
  taskId: string | undefined;
  log: Logger;
}

/** One HTTP request and what is known of it. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  meta: RequestMeta;
  cause: Cause;
}

/** One HTTP request, from its first byte to its last. */
export async function handle(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (answerHealth(gateway.state, request, response)) return;
  const trace = requestTrace(request.headers);
  const meta = requestMeta(request.headers, trace);
  const exchange = { request, response, meta, cause: { trace } };
  const startedAt = performance.now();
  try {
    if (pathOf(request) === '/openapi.json') sendDocument(gateway, request, response);
    else await serve(gateway, exchange);
  } catch (thrown) {
    fail(gateway, exchange, thrown);
  }
  if (gateway.log.isLevelEnabled('debug'))
    gateway.log.debug(
      {
        ...about(exchange),
        status: response.statusCode,
        ms: Math.round(performance.now() - startedAt),
      },
      'request',
    );
}

async function serve(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { request, response, meta, cause } = exchange;
  const { router, transcoder, ask } = gateway;
  const match = router.find(request.method ?? '', pathOf(request));
  if (match.routes.some(({ auth }) => auth !== 'none'))
    meta.userId = await validateSession(request.headers, meta, transcoder, (question, json) =>
      ask.one(question, json, cause),
    );
  const json = await readJson(request);
  const route = choose(match, json);
  const body = withMeta(fill(transcoder, route.request, match.parameters, json), meta);
  if (!route.streaming) return send(gateway, exchange, 200, await ask.one(route, body, cause));
  await gateway.streams.send(
    response,
    idsOf(gateway, meta),
    (signal) => ask.parts(route, body, { ...cause, signal }),
    (thrown) => ({ error: errorOf(noted(gateway, exchange, thrown), meta) }),
  );
}

/** Parameters of the path are fields of the request. A body that names another value means something else. */
function fill(
  transcoder: Transcoder,
  type: string,
  parameters: Record<string, string>,
  body: JsonObject,
): JsonObject {
  const filled = { ...body };
  for (const [name, value] of Object.entries(parameters)) {
    const field = transcoder.jsonName(type, name);
    const given = body[field] ?? body[name];
    if (given !== undefined && String(given) !== value)
      throw badRequest(`${name} is ${value} in the path and something else in the body.`);
    delete filled[name];
    filled[field] = value;
  }
  return filled;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** What is our fault or a service's is for the log as well. */
function noted({ log }: Gateway, exchange: Exchange, thrown: unknown): Failure {
  const failure = toFailure(thrown);
  const { status } = failure;
  if (status >= 500) log.warn({ ...about(exchange), status, err: thrown }, 'request failed');
  return failure;
}

function fail(gateway: Gateway, exchange: Exchange, thrown: unknown): void {
  // Nobody is there to be told, and that somebody went is no failure.
  if (exchange.response.destroyed) return;
  const failure = noted(gateway, exchange, thrown);
  send(gateway, exchange, failure.status, { error: errorOf(failure, exchange.meta) }, failure.headers);
}

function errorOf({ code, message, details }: Failure, { requestId }: RequestMeta): JsonObject {
  return { code, message, ...(Object.keys(details).length > 0 ? { details } : {}), requestId };
}

function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof ServiceError) return fromServiceError(thrown);
  return new Failure(500, 'INTERNAL', 'Internal error.', { cause: thrown });
}

/** Which request it was, and which task answered: that is how verify knows that each of them does. */
function idsOf({ taskId }: Pick<Gateway, 'taskId'>, { requestId, traceId }: RequestMeta) {
  return {
    'x-request-id': requestId,
    'x-trace-id': traceId,
    ...(taskId !== undefined && { 'x-task-id': taskId }),
  };
}

function send(
  gateway: Gateway,
  { response, meta }: Pick<Exchange, 'response' | 'meta'>,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...idsOf(gateway, meta),
    // A client that keeps its connection would send its next request to a task that is about to leave.
    ...(gateway.state.isDraining() ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(text);
}

function sendDocument({ openApi }: Gateway, { method }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new Failure(405, 'UNIMPLEMENTED', 'GET this document.', { headers: { allow: 'GET, HEAD' } });
  const text = openApi();
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(method === 'HEAD' ? undefined : text);
}

function about({ request, meta: { requestId, traceId } }: Exchange): object {
  return { method: request.method, path: pathOf(request), requestId, traceId };
}
