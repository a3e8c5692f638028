import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import { averages, type Lately } from './statistics.ts';

export interface Hints {
  timeoutMs: number | undefined;
  maxLatencyMs: number | undefined;
  maxErrorRatePercent: number | undefined;
}

/** @throws ServiceError INVALID_ARGUMENT that names the hint */
export function parseHints(hints: Record<string, string>): Hints {
  const known = ['timeout_ms', 'max_latency_ms', 'max_error_rate_percent'];
  for (const name of Object.keys(hints))
    if (!known.includes(name))
      throw invalid(
        `There is no routing hint ${JSON.stringify(name.slice(0, 64))}, only ${known.join(', ')}.`,
      );
  const number = (name: string, min: number, max: number) => {
    const text = hints[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw invalid(`routing_hints.${name} must be a number from ${min} to ${max}.`);
  };
  return {
    timeoutMs: number('timeout_ms', 1, 60_000),
    maxLatencyMs: number('max_latency_ms', 0, 60_000),
    maxErrorRatePercent: number('max_error_rate_percent', 0, 100),
  };
}

/**
 * Lets a request through unless the last minute was worse than the caller takes. A minute without requests was not.
 * @throws ServiceError FAILED_PRECONDITION
 */
export function assertAcceptable(subject: string, lately: Lately, hints: Hints): void {
  const { avgLatencyMs = 0, errorRatePercent = 0 } = averages(lately);
  const fault =
    avgLatencyMs > (hints.maxLatencyMs ?? Number.POSITIVE_INFINITY)
      ? `took ${avgLatencyMs.toFixed(1)} ms on average`
      : errorRatePercent > (hints.maxErrorRatePercent ?? 100)
        ? `failed ${errorRatePercent.toFixed(1)} % of the time`
        : undefined;
  if (fault === undefined) return;
  throw new ServiceError(Code.FAILED_PRECONDITION, `${subject} ${fault} in the last minute.`, {
    details: { avg_latency_ms: String(avgLatencyMs), error_rate_percent: String(errorRatePercent) },
  });
}
