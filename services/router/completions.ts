import type { Events } from '../sdk/events.ts';
import type { Logger } from '../sdk/log.ts';
import type { Route } from './handlers.ts';

/** Tells of requests that were passed on, without keeping them waiting for a stream. */
export function completions(events: Events) {
  const pending = new Set<Promise<void>>();
  return {
    tell: ({ service, operation, subject, latencyMs, outcome }: Route, log: Logger): void => {
      const payload = { service_name: service, operation, subject, latency_ms: latencyMs, outcome };
      const told = events.announce(
        'evt.router.route.completed.v1',
        { payload, metadata: { service_name: service, outcome } },
        log,
      );
      pending.add(told);
      void told.finally(() => pending.delete(told));
    },
    /** Before a task leaves. */
    all: async (): Promise<void> => {
      await Promise.all(pending);
    },
  };
}
