import type { Answer } from '../../connection-fault.ts';

/** What somebody who is asked again and again said last, and whether it still answers. */
export interface Source<T> {
  /** The last that it said; undefined until it said something. */
  value: T | undefined;
  /** When; milliseconds since the epoch. */
  at: number | undefined;
  /** Before that, for what has changed between the two. */
  before: { value: T; at: number } | undefined;
  /** It does not answer any more, since when, and why. What it said last is old then. */
  lost: { since: number; why: string } | undefined;
}

export const UNASKED: Source<never> = { value: undefined, at: undefined, before: undefined, lost: undefined };

/** Characters of a reason that are kept: somebody else wrote it. */
const LONGEST = 500;

/**
 * The source after one more answer, or none. It is lost since it was last heard: that was the last moment of which
 * anything is known. Pure.
 * @param now milliseconds since the epoch
 */
export function afterAnswer<T>(source: Source<T>, answer: Answer<T>, now: number): Source<T> {
  const { value, at } = source;
  if (!answer.ok)
    return { ...source, lost: { since: source.lost?.since ?? at ?? now, why: answer.why.slice(0, LONGEST) } };
  const before = value === undefined || at === undefined ? undefined : { value, at };
  return { value: answer.value, at: now, before, lost: undefined };
}
