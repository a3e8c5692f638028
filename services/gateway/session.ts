import type { IncomingHttpHeaders } from 'node:http';
import type { Question } from './ask.ts';
import type { JsonObject } from './body.ts';
import { Failure } from './failure.ts';
import type { RequestMeta } from './meta.ts';
import type { Transcoder } from './transcode.ts';

/** The one call that the gateway makes on its own account. */
const VALIDATE = {
  subject: 'svc.auth.v1.validate_session',
  request: 'auth.v1.ValidateSessionRequest',
  response: 'auth.v1.ValidateSessionResponse',
  timeoutMs: 10_000,
  idempotent: true,
};

/**
 * The user behind the bearer token.
 * @throws Failure 401 without a valid session, and 503 while the fleet has nobody who could tell: a route that
 * wants a session is never served without one
 */
export async function validateSession(
  headers: IncomingHttpHeaders,
  meta: RequestMeta,
  transcoder: Transcoder,
  ask: (question: Question, json: JsonObject) => Promise<JsonObject>,
): Promise<string> {
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!token) throw unauthenticated('This route needs a session: Authorization: Bearer TOKEN.');
  if (!transcoder.has(VALIDATE.request))
    throw new Failure(503, 'UNAVAILABLE', 'This route needs a session, and the fleet has no auth service.');
  const reply: JsonObject = await ask(VALIDATE, { meta, sessionToken: token });
  if (reply.isValid !== true || typeof reply.userId !== 'string' || reply.userId === '')
    throw unauthenticated('The session is not valid.');
  return reply.userId;
}

function unauthenticated(message: string): Failure {
  return new Failure(401, 'UNAUTHENTICATED', message, { headers: { 'www-authenticate': 'Bearer' } });
}
