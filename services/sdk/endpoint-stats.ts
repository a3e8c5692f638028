import type { Endpoint as NatsEndpoint } from 'nats';

/**
 * The counts behind `$SRV.STATS`. The client's own end when a handler returns, which for an asynchronous one is
 * before its work began: no failure would be counted, and every request would have taken no time.
 */
export interface EndpointStats {
  /** @param startedAt from process.hrtime.bigint(), nanoseconds */
  count(endpoint: string, startedAt: bigint, failure?: string): void;
  /**
   * The client calls it for each endpoint before it answers `$SRV.STATS`.
   * @returns what becomes the endpoint's `data`: the task's own time, so that a clock that is off is seen
   */
  statsHandler(endpoint: NatsEndpoint): Promise<{ now: string }>;
}

interface Counts {
  num_requests: number;
  num_errors: number;
  last_error: string | undefined;
  processing_time: number;
  average_processing_time: number;
}

export function createEndpointStats(): EndpointStats {
  const byName = new Map<string, Counts>();
  const of = (name: string) => {
    const counts = byName.get(name) ?? {
      num_requests: 0,
      num_errors: 0,
      last_error: undefined,
      processing_time: 0,
      average_processing_time: 0,
    };
    byName.set(name, counts);
    return counts;
  };
  return {
    count: (name, startedAt, failure) => {
      const counts = of(name);
      counts.num_requests++;
      counts.processing_time += Number(process.hrtime.bigint() - startedAt);
      counts.average_processing_time = Math.round(counts.processing_time / counts.num_requests);
      if (failure === undefined) return;
      counts.num_errors++;
      counts.last_error = failure;
    },
    statsHandler: async (endpoint) => {
      // The object handed in is the one that is about to be reported, with the client's counts in `stats`.
      const { name, stats } = endpoint as NatsEndpoint & { name: string; stats: Counts };
      Object.assign(stats, of(name));
      return { now: new Date().toISOString() };
    },
  };
}
