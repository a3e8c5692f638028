import { Code, codeName } from '../sdk/errors.ts';
import type { DefinedService } from './inventory.ts';
import { averages, type EndpointStatistics, type Lately, type Statistics } from './statistics.ts';

/** router.v1.ServiceStatus. */
export interface Status {
  serviceName: string;
  isHealthy: boolean;
  activeInstances: number;
  avgLatencyMs?: number;
  errorRatePercent?: number;
  load?: number;
  endpoints: {
    name: string;
    subject: string;
    requests: bigint;
    avgLatencyMs?: number;
    errorRatePercent?: number;
    isServed: boolean;
  }[];
  reason: string;
}

/** One failure is none; so many of a minute, and half of all requests, are. */
const MANY_ERRORS = 5;
const LARGE_SHARE = 0.5;

/** What was seen of a service, beside what the definition says of it; either may be missing. */
export function judge(
  name: string,
  defined: DefinedService | undefined,
  seen: Statistics | undefined,
): Status {
  const reason = fault(defined, seen);
  const counted = seen?.endpoints ?? new Map<string, EndpointStatistics>();
  const names = new Map(defined?.endpoints.map((endpoint) => [endpoint.subject, endpoint.name]));
  for (const [subject, counts] of counted) names.set(subject, counts.name);
  return {
    serviceName: name,
    isHealthy: reason === '',
    activeInstances: seen?.instances ?? 0,
    ...averages(total([...counted.values()])),
    ...(seen?.load !== undefined && { load: seen.load }),
    endpoints: [...names].sort().map(([subject, endpoint]) => {
      const counts = counted.get(subject);
      return {
        ...{ name: endpoint, subject, isServed: counts !== undefined },
        requests: BigInt(counts?.requests ?? 0),
        ...(counts && averages(counts)),
      };
    }),
    reason,
  };
}

/** @returns empty when there is none */
function fault(defined: DefinedService | undefined, seen: Statistics | undefined): string {
  if (!seen) return 'No instance answers.';
  const missing = defined?.endpoints.filter(({ subject }) => !seen.endpoints.has(subject)) ?? [];
  if (missing.length > 0) return `Nobody serves ${missing.map(({ subject }) => subject).join(', ')}.`;
  for (const [subject, counts] of seen.endpoints)
    if (isFailing(counts))
      return `${counts.errors} of ${counts.requests} requests to ${subject} failed: ${counts.lastError}`;
  return '';
}

/** That callers ask for what is not there, or ask wrongly, says nothing about a service. */
const CALLERS_FAULT = [
  Code.INVALID_ARGUMENT,
  Code.NOT_FOUND,
  Code.PERMISSION_DENIED,
  Code.UNAUTHENTICATED,
  Code.CONFLICT,
  Code.FAILED_PRECONDITION,
  Code.ABORTED,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
].map(codeName);

function isFailing({ requests, errors, lastError }: EndpointStatistics): boolean {
  if (errors < MANY_ERRORS || errors < LARGE_SHARE * requests) return false;
  return !CALLERS_FAULT.some((code) => lastError.startsWith(`${code}:`));
}

function total(parts: Lately[]): Lately {
  const sum = (what: keyof Lately) => parts.reduce((all, part) => all + part[what], 0);
  return { requests: sum('requests'), errors: sum('errors'), processingMs: sum('processingMs') };
}
