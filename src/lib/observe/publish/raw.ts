import type { Service } from '../../fleet/fleet.ts';
import type { RedisUsage } from '../../redis/usage.ts';
import type { Seen } from './seen.ts';

/** What one run has seen of a fleet, as it was seen. */
export interface Raw {
  /** By node. */
  nats: Seen<NatsFacts>[];
  redis: Seen<{ address: string; usage: RedisUsage }>[];
  /** When certificates end: what was issued, what is trusted, and what each NATS node serves. */
  ends: Seen<Date>[];
  logs: Counted[];
  /** Milliseconds of several answers. */
  gateway: { service: Counted['service']; seen: Seen<number[]> }[];
}

export interface NatsFacts {
  /** Distinct. */
  peers: number;
  /** Percent of what JetStream may store there. */
  stored: number;
  /** Dead letters that it holds; undefined where it holds none of that stream. */
  letters: number | undefined;
}

/** Lines of a service since the run before. */
export interface Counted {
  service: Pick<Service, 'name' | 'ecsService' | 'kind'>;
  seen: Seen<{
    /** Of level error and above. */
    errors: number;
    /** That tell of an answer with 500 and above. */
    failures: number;
  }>;
}

/** Keys that a Redis node has evicted. */
export interface Evicted {
  runId: string;
  evicted: number;
}
