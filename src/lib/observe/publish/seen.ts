import { messageOf } from '../../errors.ts';

/** What was seen, or why it was not: then there is no number, and none is made up. */
export type Seen<T> = { value: T } | { why: string };

/** @param name of who was asked, for the reason */
export async function seen<T>(name: string, asked: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await asked() };
  } catch (error) {
    return { why: `${name}: ${messageOf(error)}` };
  }
}

export function valuesOf<T>(all: Seen<T>[]): T[] {
  return all.flatMap((one) => ('value' in one ? [one.value] : []));
}

/** The first reason why something was not seen. */
export function whyNot(all: Seen<unknown>[]): string | undefined {
  return all.flatMap((one) => ('why' in one ? [one.why] : []))[0];
}

/**
 * The worst of what several peers say. Where one of them says nothing it is not known, unless the others are bad enough
 * already: no answer could make that good.
 * @param worst Math.max or Math.min
 */
export function worstSeen(
  all: Seen<number>[],
  worst: (...values: number[]) => number,
  isBad: (value: number) => boolean,
): Seen<number> {
  const values = valuesOf(all);
  const why = whyNot(all);
  if (values.length === 0) return { why: why ?? 'there is nobody to ask' };
  const value = worst(...values);
  return why === undefined || isBad(value) ? { value } : { why };
}

export function mapSeen<T, R>(one: Seen<T>, map: (value: T) => R): Seen<R> {
  return 'value' in one ? { value: map(one.value) } : one;
}
