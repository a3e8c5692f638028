import { type Breaker, createBreaker } from '../sdk/breaker.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Logger } from '../sdk/log.ts';
import type { Provider } from './provider.ts';

/** Providers behind a circuit each: one that is down costs five requests their time, and the next ones none. */
export interface Guards {
  /** @param name whose circuit it is */
  guard(name: string, provider: Provider): Provider;
}

/** A caller who had less time than that says nothing about the provider; milliseconds. */
const PATIENCE_MS = 10_000;

export function createGuards(log: Logger): Guards {
  const breakers = new Map<string, Breaker<unknown>>();
  const hurried = new WeakSet<ServiceError>();
  const breakerOf = (name: string) => {
    const known = breakers.get(name);
    if (known) return known;
    const breaker = createBreaker<unknown>(`The provider ${name}`, {
      // Refusals are answers.
      isFailure: (error) =>
        has(error, Code.UNAVAILABLE) || (has(error, Code.DEADLINE_EXCEEDED) && !hurried.has(error)),
      isFailed: () => false,
      // A provider that refuses connections costs a request its time like one that hangs.
      isAbsence: () => false,
      onChange: (circuit) => log.warn({ provider: name, circuit }, `the circuit of ${name} is ${circuit}`),
    });
    breakers.set(name, breaker);
    return breaker;
  };
  const through = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const attempt = async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof ServiceError && performance.now() - startedAt < PATIENCE_MS) hurried.add(error);
        throw error;
      }
    };
    return (await breakerOf(name).run(attempt)) as T;
  };
  return {
    guard: (name, provider) => ({
      isDeterministic: provider.isDeterministic,
      complete: (wanted, signal) => through(name, () => provider.complete(wanted, signal)),
      stream: async function* (wanted, signal) {
        const pieces = provider.stream(wanted, signal)[Symbol.asyncIterator]();
        try {
          // How it begins says whether it is there.
          let next = await through(name, () => pieces.next());
          for (; !next.done; next = await pieces.next()) yield next.value;
        } finally {
          await pieces.return?.();
        }
      },
    }),
  };
}

function has(error: unknown, code: Code): error is ServiceError {
  return error instanceof ServiceError && error.code === code;
}
