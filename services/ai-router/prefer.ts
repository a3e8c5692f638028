import { oneOf } from '../sdk/fields.ts';
import { assertKeys } from '../sdk/json-fields.ts';
import type { Candidate } from './candidates.ts';

/** What counts, first things first. Who had nothing to do comes first, and is measured by that. */
const ORDERS = {
  load: [load, latency, errors],
  latency: [latency, load, errors],
  errors: [errors, load, latency],
};

/** The best comes first. @throws ServiceError INVALID_ARGUMENT for preferences that are none */
export function preferred(candidates: Candidate[], preferences: Record<string, string>): Candidate[] {
  assertKeys('preferences', preferences, ['optimize', 'service']);
  const { optimize = 'load', service } = preferences;
  const order =
    ORDERS[oneOf('preferences.optimize', optimize, Object.keys(ORDERS) as (keyof typeof ORDERS)[])];
  return candidates.toSorted((a, b) => {
    if ((a.service === service) !== (b.service === service)) return a.service === service ? -1 : 1;
    for (const measure of order) if (measure(a) !== measure(b)) return measure(a) - measure(b);
    return a.service < b.service ? -1 : 1;
  });
}

function load({ status }: Candidate): number {
  return status?.load ?? 0;
}

function latency({ endpoint }: Candidate): number {
  return endpoint?.avgLatencyMs ?? 0;
}

function errors({ endpoint }: Candidate): number {
  return endpoint?.errorRatePercent ?? 0;
}
