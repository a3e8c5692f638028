import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cause } from '../sdk/call.ts';
import { ServiceError } from '../sdk/errors.ts';
import { answerHealth, type TaskState } from '../sdk/health.ts';
import type { Logger } from '../sdk/log.ts';
import type { Ask } from './ask.ts';
import { type JsonObject, readJson } from './body.ts';
import { badRequest, Failure, fromServiceError } from './failure.ts';
import { type RequestMeta, requestMeta, requestTrace, withMeta } from './meta.ts';
import { findRoute, type Match, type Route } from './routes.ts';
import { validateSession } from './session.ts';
import type { Transcoder } from './transcode.ts';

export interface Gateway {
  routes: Route[];
  transcoder: Transcoder;
  ask: Ask;
  state: TaskState;
  log: Logger;
}

/** One HTTP request, from its first byte to its last; it never throws. */
export async function handle(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (answerHealth(gateway.state, request, response)) return;
  const trace = requestTrace(request.headers);
  const meta = requestMeta(request.headers, trace);
  const startedAt = Date.now();
  let status = 200;
  try {
    const reply = await serve(gateway, request, meta, { trace });
    send(gateway, response, meta, 200, reply);
  } catch (thrown) {
    const failure = toFailure(thrown);
    status = failure.status;
    const { code, message, details, headers } = failure;
    const error = {
      code,
      message,
      ...(Object.keys(details).length > 0 ? { details } : {}),
      requestId: meta.requestId,
    };
    send(gateway, response, meta, status, { error }, headers);
    if (status >= 500) gateway.log.warn({ ...about(request, meta), status, err: thrown }, 'request failed');
  }
  gateway.log.debug({ ...about(request, meta), status, ms: Date.now() - startedAt }, 'request');
}

async function serve(
  gateway: Gateway,
  request: IncomingMessage,
  meta: RequestMeta,
  cause: Cause,
): Promise<JsonObject> {
  const match = findRoute(gateway.routes, request.method ?? '', pathOf(request));
  if (match.route.auth !== 'none')
    meta.userId = await validateSession(request.headers, meta, gateway.transcoder, (question, json) =>
      gateway.ask(question, json, cause),
    );
  const body = fill(gateway.transcoder, match, await readJson(request));
  return gateway.ask(match.route, withMeta(body, meta), cause);
}

/** Parameters of the path are fields of the request. A body that names another value means something else. */
function fill(transcoder: Transcoder, { route, parameters }: Match, body: JsonObject): JsonObject {
  const filled = { ...body };
  for (const [name, value] of Object.entries(parameters)) {
    const field = transcoder.jsonName(route.request, name);
    const given = body[field] ?? body[name];
    if (given !== undefined && String(given) !== value)
      throw badRequest(`${name} is ${value} in the path and something else in the body.`);
    delete filled[name];
    filled[field] = value;
  }
  return filled;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof ServiceError) return fromServiceError(thrown);
  return new Failure(500, 'INTERNAL', 'Internal error.', { cause: thrown });
}

function send(
  { state }: Gateway,
  response: ServerResponse,
  meta: RequestMeta,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-request-id': meta.requestId,
    'x-trace-id': meta.traceId,
    // A client that keeps its connection would send its next request to a task that is about to leave.
    ...(state.isDraining() ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(text);
}

function about(request: IncomingMessage, { requestId, traceId }: RequestMeta): object {
  return { method: request.method, path: pathOf(request), requestId, traceId };
}
