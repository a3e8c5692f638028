import { CheckRateLimitRequestSchema, CheckRateLimitResponseSchema } from '../gen/auth_pb.js';
import type { Caller } from '../sdk/caller.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Origin } from '../sdk/request-context.ts';

const CHECK = {
  subject: 'svc.auth.v1.check_rate_limit',
  request: CheckRateLimitRequestSchema,
  response: CheckRateLimitResponseSchema,
};

/**
 * Counts a generation for the user that it is done for; services that ask on nobody's behalf are not counted. Where the
 * limit cannot be told, nothing is made: it costs money.
 * @throws ServiceError RESOURCE_EXHAUSTED
 */
export async function countAgainstLimit(caller: Caller, origin: Origin): Promise<void> {
  const userId = origin.meta?.userId ?? '';
  if (userId === '') return;
  const { allowed, limit, resetAtMs } = await caller.ask(
    CHECK,
    { userId, resource: 'ai.llm', action: 'infer' },
    origin,
  );
  if (allowed) return;
  throw new ServiceError(Code.RESOURCE_EXHAUSTED, `The limit of ${limit} texts is reached.`, {
    details: { retryAfterMs: String(Math.max(0, Number(resetAtMs) - Date.now())) },
  });
}
