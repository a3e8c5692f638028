import type { Fault, Parameters } from './fault.ts';

/** `f1: freeze nats/nats-2, 20 s left`. @param now milliseconds since the epoch */
export function describeFault(fault: Fault, now: number): string {
  const { id, kind, target, parameters, until } = fault;
  const words = parameterWords(parameters);
  const left = until === undefined ? '' : `, ${leftWords(until, now)} left`;
  return `${id}: ${kind} ${target}${words === '' ? '' : ` (${words})`}${left}`;
}

/** One loud line, or undefined while nothing is injected. */
export function describeFaults(faults: Fault[], now: number): string | undefined {
  if (faults.length === 0) return undefined;
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} injected`;
  return `${count}: ${faults.map((fault) => describeFault(fault, now)).join('; ')}`;
}

/** `ms 500, jitter 100` */
export function parameterWords(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => (name === 'offset' ? `offset ${Number(value) / 1000} s` : `${name} ${value}`))
    .join(', ');
}

/** `20 s` */
export function leftWords(until: string, now: number): string {
  return `${Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))} s`;
}
