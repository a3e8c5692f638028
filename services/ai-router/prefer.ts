import { Code, ServiceError } from '../sdk/errors.ts';
import type { Candidate } from './candidates.ts';

/** What counts, first things first. Who had nothing to do comes first, and is measured by that. */
const ORDERS: Record<string, ((candidate: Candidate) => number)[]> = {
  load: [load, latency, errors],
  latency: [latency, load, errors],
  errors: [errors, load, latency],
};

/** The best comes first. @throws ServiceError INVALID_ARGUMENT for preferences that are none */
export function preferred(candidates: Candidate[], preferences: Record<string, string>): Candidate[] {
  const { optimize = 'load', service, ...unknown } = preferences;
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw invalid(`There is no preference ${JSON.stringify(name.slice(0, 64))}, only optimize and service.`);
  const order = Object.hasOwn(ORDERS, optimize) ? ORDERS[optimize] : undefined;
  if (!order) throw invalid(`preferences.optimize must be ${Object.keys(ORDERS).join(', ')}.`);
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

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
