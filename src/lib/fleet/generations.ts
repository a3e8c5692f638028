import * as z from 'zod';
import type { Fleet } from './fleet.ts';

/**
 * By holder, the generations of its identity that NATS knows, oldest first; one that is not named has only ever had the
 * first. A revocation maps the next one beside the old, moves the holder to it, and unmaps the old one for ever.
 */
export type Generations = Record<string, number[]>;

const schema = z.record(z.string(), z.array(z.number().int().positive()).min(1));

/** @param text as Parameter Store keeps it @throws ZodError, SyntaxError */
export function parseGenerations(text: string | undefined): Generations {
  return text === undefined ? {} : schema.parse(JSON.parse(text));
}

/** Those that NATS lets in. */
export function mappedGenerations(
  { generations = {} }: Pick<Fleet, 'generations'>,
  holder: string,
): number[] {
  return generations[holder] ?? [1];
}

/** The one that certificates are issued for. */
export function newestGeneration(fleet: Pick<Fleet, 'generations'>, holder: string): number {
  return Math.max(...mappedGenerations(fleet, holder));
}
