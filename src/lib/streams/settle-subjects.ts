import type { Stream } from '../fleet/fleet.ts';
import { subjectsOverlap } from '../fleet/subjects.ts';
import type { StreamState } from '../nats/stream-state.ts';

/**
 * JetStream gives a subject to one stream: whoever takes one over has to wait until its holder has let go of it.
 * @returns the order in which that works, and for the rest who holds what they want
 */
export function settleSubjects<Compared extends { stream: Stream }>(
  differing: Compared[],
  found: StreamState[],
): { order: Compared[]; blocked: Map<string, string> } {
  const held = new Map(found.map(({ name, terms }) => [name, terms.subjects ?? []]));
  const waiting = [...differing];
  const order: Compared[] = [];
  for (;;) {
    const next = waiting.findIndex(({ stream }) => holderOf(stream, held) === undefined);
    const [one] = next === -1 ? [] : waiting.splice(next, 1);
    if (one === undefined) break;
    held.set(one.stream.name, one.stream.subjects);
    order.push(one);
  }
  return {
    // Their other terms can be changed all the same.
    order: [...order, ...waiting],
    blocked: new Map(waiting.map(({ stream }) => [stream.name, holderOf(stream, held) ?? ''])),
  };
}

/** `LEGACY holds evt.quest.>` */
function holderOf({ name, subjects }: Stream, held: Map<string, string[]>): string | undefined {
  for (const [other, theirs] of held) {
    const taken = theirs.find((subject) => subjects.some((own) => subjectsOverlap(own, subject)));
    if (other !== name && taken !== undefined) return `${other} holds ${taken}`;
  }
  return undefined;
}
