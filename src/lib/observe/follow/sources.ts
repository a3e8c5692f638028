import type { AwsAccess } from '../../aws/clients.ts';
import { liveTail, type TailNews, type TailRequest } from '../../aws/live-tail.ts';
import { type Logs, logs } from '../../aws/logs.ts';
import type { RateBudget } from '../../aws/rate-budget.ts';

/** Where events come from. */
export interface FollowSources {
  page: Logs['eventPage'];
  tail(request: TailRequest): AsyncIterable<TailNews>;
  /** Milliseconds since the epoch, by the server's clock. */
  now(): number;
}

/** CloudWatch's, asked once a request: who follows has one budget for all of them, and patience of his own. */
export function followSources(access: AwsAccess): (signal: AbortSignal) => FollowSources {
  return (signal) => {
    const own = { ...access, signal };
    return {
      page: logs(own, 1).eventPage,
      tail: (request) => liveTail(own, request),
      now: access.serverNow,
    };
  };
}

/** What the parts of one follow share. */
export interface FollowContext {
  sources: FollowSources;
  budget: RateBudget;
  signal: AbortSignal;
  /** Whoever reads is so far behind that nothing more is kept for him: it is read again once he has caught up. */
  isFull(): boolean;
  /** Says something about the following itself. */
  note(text: string): void;
  /** Says something about what is shown, among it. */
  mark(text: string): void;
}
