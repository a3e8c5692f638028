import { type Breaker, CircuitOpen, createBreaker } from '../sdk/breaker.ts';
import type { Logger } from '../sdk/log.ts';
import { Outage, Silence } from './outage.ts';
import type { Provider } from './provider.ts';

/** Providers behind a circuit each: one that is down costs five requests their time, and the next ones none. */
export interface Guards {
  guard(owner: Owner, provider: Provider): Provider;
}

/** Whose circuit it is: a provider that is set up somewhere else gets a new one. */
interface Owner {
  name: string;
  baseUrl: string;
}

/** Whoever had less time than that says nothing about the provider; milliseconds. */
const PATIENCE_MS = 10_000;

export function createGuards(log: Logger): Guards {
  const breakers = new Map<string, Breaker<unknown>>();
  const breakerOf = ({ name, baseUrl }: Owner) => {
    const key = `${name} ${baseUrl}`;
    const known = breakers.get(key);
    if (known) return known;
    const breaker = createBreaker<unknown>(name, {
      // Refusals are answers.
      isFailure: (error) =>
        error instanceof Outage && !(error instanceof Silence && error.waitedMs < PATIENCE_MS),
      isFailed: () => false,
      // A provider that refuses connections costs a request its time like one that hangs.
      isAbsence: () => false,
      onChange: (circuit) => log.warn({ provider: name, circuit }, `the circuit of ${name} is ${circuit}`),
    });
    breakers.set(key, breaker);
    return breaker;
  };
  const through = async <T>(owner: Owner, work: () => Promise<T>): Promise<T> => {
    try {
      return (await breakerOf(owner).run(work)) as T;
    } catch (error) {
      if (!(error instanceof CircuitOpen)) throw error;
      const { details } = error;
      throw new Outage(owner.name, 'has failed again and again and is not asked for a while', { details });
    }
  };
  return {
    guard: (owner, provider) => ({
      isDeterministic: provider.isDeterministic,
      complete: (wanted, signal) => through(owner, () => provider.complete(wanted, signal)),
      stream: async function* (wanted, signal) {
        const pieces = provider.stream(wanted, signal)[Symbol.asyncIterator]();
        try {
          // How it begins says whether it is there.
          let next = await through(owner, () => pieces.next());
          for (; !next.done; next = await pieces.next()) yield next.value;
        } finally {
          await pieces.return?.();
        }
      },
    }),
  };
}
