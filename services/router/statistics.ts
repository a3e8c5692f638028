import type { EndpointCounts, Instance } from './survey.ts';

/** All instances that answered once. */
export interface Sample {
  atMs: number;
  instances: Instance[];
}

/** What a service did lately. */
export interface Statistics {
  instances: number;
  /** By subject. */
  endpoints: Map<string, EndpointStatistics>;
  /** Requests that an instance works on at a time, on average; undefined while it was seen but once. */
  load: number | undefined;
}

export interface EndpointStatistics extends Lately {
  name: string;
  /** Its last failure, if it had one lately. */
  lastError: string;
}

export interface Lately {
  requests: number;
  errors: number;
  /** Milliseconds in all. */
  processingMs: number;
}

/** Counts are of this long; milliseconds. */
export const WINDOW_MS = 60_000;
/** An instance that has not answered for this long is not there: two rounds missed. */
export const ACTIVE_MS = 5_000;

/** By service. What instances count is since their start, so what is compared is their latest word and their first. */
export function statistics(samples: Sample[], now: number): Map<string, Statistics> {
  const services = new Map<string, Statistics>();
  const since = (age: number) => samples.filter(({ atMs }) => now - atMs <= age);
  const first = firstWords(since(WINDOW_MS));
  for (const [id, { atMs, instance }] of firstWords(since(ACTIVE_MS).reverse())) {
    const service = services.get(instance.name) ?? { instances: 0, endpoints: new Map(), load: undefined };
    services.set(instance.name, service);
    const before = first.get(id);
    let busyMs = 0;
    for (const counts of instance.endpoints) {
      const grown = growth(
        counts,
        before?.instance.endpoints.find(({ subject }) => subject === counts.subject),
      );
      busyMs += grown.processingMs;
      service.endpoints.set(counts.subject, sum(service.endpoints.get(counts.subject), counts, grown));
    }
    if (before && atMs > before.atMs) {
      const load = busyMs / (atMs - before.atMs);
      service.load = ((service.load ?? 0) * service.instances + load) / (service.instances + 1);
    }
    service.instances++;
  }
  return services;
}

/** Of each instance, what the first of the samples says that has it. */
function firstWords(samples: Sample[]): Map<string, { atMs: number; instance: Instance }> {
  const found = new Map<string, { atMs: number; instance: Instance }>();
  for (const { atMs, instances } of samples)
    for (const instance of instances) if (!found.has(instance.id)) found.set(instance.id, { atMs, instance });
  return found;
}

function growth(latest: EndpointCounts, before: EndpointCounts | undefined): Lately {
  const by = (what: 'requests' | 'errors' | 'processing') =>
    Math.max(0, latest[what] - (before?.[what] ?? 0));
  return { requests: by('requests'), errors: by('errors'), processingMs: by('processing') / 1e6 };
}

function sum(
  before: EndpointStatistics | undefined,
  { name, lastError }: EndpointCounts,
  grown: Lately,
): EndpointStatistics {
  return {
    name,
    requests: (before?.requests ?? 0) + grown.requests,
    errors: (before?.errors ?? 0) + grown.errors,
    processingMs: (before?.processingMs ?? 0) + grown.processingMs,
    lastError: grown.errors > 0 ? lastError : (before?.lastError ?? ''),
  };
}

/** Undefined where nothing was asked: there is no average of nothing. */
export function averages({ requests, errors, processingMs }: Lately): {
  avgLatencyMs?: number;
  errorRatePercent?: number;
} {
  if (requests === 0) return {};
  return { avgLatencyMs: processingMs / requests, errorRatePercent: (100 * errors) / requests };
}
