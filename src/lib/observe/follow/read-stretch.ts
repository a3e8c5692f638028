import { awsErrorName, isThrottling } from '../../aws/errors.ts';
import type { LogEvent } from '../../aws/logs.ts';
import { GsysError, messageOf } from '../../errors.ts';
import { pause } from '../../pause.ts';
import type { FollowContext } from './sources.ts';
import type { Target } from './target.ts';

/** Milliseconds before a request that failed is sent again: the first time, and at most. */
const RETRY = { first: 500, most: 10_000 };

/**
 * Reads a stretch of a group to its end, within the budget. Throttling, an endpoint that is away and answers that are
 * none are waited out, at the same page, so that nothing is lost.
 * @param patient whether also the first page may take as long as it takes
 * @throws GsysError for what waiting will not cure
 */
export async function* readStretch(
  target: Target,
  range: { from: number; to?: number | undefined },
  patient: boolean,
  context: FollowContext,
): AsyncGenerator<LogEvent[]> {
  const { group, prefix } = target;
  const filter = { group, prefix, start: range.from, end: range.to };
  let token: string | undefined;
  let wait = RETRY.first;
  let reached = patient;
  let troubled = false;
  for (;;) {
    try {
      await context.budget.take(context.signal);
      const { events, next } = await context.sources.page(filter, token);
      target.exists = true;
      reached = true;
      if (troubled) context.note(`${group} can be read again`);
      troubled = false;
      wait = RETRY.first;
      yield events;
      if (next === undefined || next === token) return;
      token = next;
    } catch (error) {
      context.signal.throwIfAborted();
      if (awsErrorName(error) === 'ResourceNotFoundException') {
        target.exists = false;
        return;
      }
      const throttled = isThrottling(error) || awsErrorName(error) === 'LimitExceededException';
      if (throttled) context.budget.throttled();
      else if (!reached || !isPassing(error)) throw error;
      if (!troubled)
        context.note(
          throttled ? 'CloudWatch throttles: reading more slowly' : `waiting: ${messageOf(error)}`,
        );
      troubled = true;
      if (throttled) continue;
      await pause(wait, context.signal);
      wait = Math.min(wait * 2, RETRY.most);
    }
  }
}

/** What may be over in a moment: nobody answers, or somebody else does, or AWS itself is in trouble. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof GsysError)) return false;
  const { $fault } = (error.cause ?? {}) as { $fault?: string };
  return error.code === 'ENDPOINT_UNREACHABLE' || $fault === 'server';
}
