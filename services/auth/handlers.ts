import type { JsonObject } from '@bufbuild/protobuf';
import {
  CheckRateLimitRequestSchema,
  CheckRateLimitResponseSchema,
  CreateSessionRequestSchema,
  CreateSessionResponseSchema,
  RevokeSessionRequestSchema,
  RevokeSessionResponseSchema,
  ValidateSessionRequestSchema,
  ValidateSessionResponseSchema,
} from '../gen/auth_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { idOf, jsonOf, optionalTextOf, within } from '../sdk/fields.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import type { Redis } from '../sdk/redis.ts';
import { limitOf } from './limits.ts';
import { digestOf, newToken } from './token.ts';

/** What lies in the bucket, under the digest of its token. */
interface Session {
  userId: string;
  data: JsonObject;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Bytes. No header that carries a token is longer: https://nodejs.org/api/http.html#httpmaxheadersize */
const MAX_TOKEN = 16_384;
const MAX_DATA = 16_384;
/** Seconds. */
const DEFAULT_TTL = 3600;
const MAX_TTL = 30 * 86_400;

/** Sessions are in the bucket, counts in Redis: who may come in must not be forgotten, how often may. */
export function authEndpoints(
  sessions: Bucket,
  counters: Redis,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  return {
    validate_session: endpoint(
      ValidateSessionRequestSchema,
      ValidateSessionResponseSchema,
      async ({ sessionToken }) => {
        const digest = digestOf(optionalTextOf('session_token', sessionToken, MAX_TOKEN));
        const session = digest && (await sessions.get<Session>(digest));
        if (!session || session.expiresAt <= now()) return { isValid: false };
        const { userId, data, expiresAt } = session;
        return { isValid: true, userId, sessionData: data, expiresAtMs: BigInt(expiresAt) };
      },
    ),

    create_session: endpoint(CreateSessionRequestSchema, CreateSessionResponseSchema, async (request) => {
      const userId = idOf('user_id', request.userId);
      const ttl = within('ttl_seconds', request.ttlSeconds ?? DEFAULT_TTL, 1, MAX_TTL);
      const data = jsonOf('session_data', request.sessionData ?? {}, MAX_DATA);
      const token = newToken();
      const expiresAt = now() + ttl * 1000;
      const session: Session = { userId, data, expiresAt };
      await sessions.update<Session>(digestOf(token) as string, () => session);
      return { sessionToken: token, expiresAtMs: BigInt(expiresAt) };
    }),

    revoke_session: endpoint(
      RevokeSessionRequestSchema,
      RevokeSessionResponseSchema,
      async ({ sessionToken }) => {
        const digest = digestOf(optionalTextOf('session_token', sessionToken, MAX_TOKEN));
        let success = false;
        if (digest !== undefined)
          await sessions.update<Session>(digest, (session) => {
            success = session !== undefined && session.expiresAt > now();
            return session && null;
          });
        return { success };
      },
    ),

    check_rate_limit: endpoint(CheckRateLimitRequestSchema, CheckRateLimitResponseSchema, async (request) => {
      const userId = idOf('user_id', request.userId);
      const resource = idOf('resource', request.resource);
      const action = idOf('action', request.action);
      const { limit, windowMs } = limitOf(resource, action);
      const key = [userId, resource, action].map(safeKey).join('.');
      const { sum, leftMs } = await counters.count(key, 1, windowMs);
      return {
        allowed: sum <= limit,
        remaining: Math.max(0, limit - sum),
        limit,
        resetAtMs: BigInt(now() + leftMs),
      };
    }),
  };
}
