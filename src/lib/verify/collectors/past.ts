import type { Collector } from '../collector.ts';
import { type Counted, readLast } from '../last.ts';

/** By finding: what a check that compares observed when it looked last, on this machine. None where it never has. */
export type PastEvidence = Record<string, Counted>;

export const past: Collector<'past'> = {
  id: 'past',
  budget: 5000,
  async collect({ fleet }) {
    const last = await readLast(fleet.environment, fleet.name);
    return Object.fromEntries(
      Object.entries(last?.findings ?? {}).flatMap(([id, { counted }]) =>
        counted === undefined ? [] : [[id, counted]],
      ),
    );
  },
};
