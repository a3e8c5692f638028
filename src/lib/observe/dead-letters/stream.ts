import type { Fleet } from '../../fleet/fleet.ts';
import { subjectMatches } from '../../fleet/subjects.ts';

/** Before the subject that a dead letter was meant for. */
export const DEAD_LETTERS = 'dlq.';

/** The stream of the definition that holds what failed for good; undefined where it has none. */
export function deadLetterStream({ nats }: Pick<Fleet, 'nats'>): string | undefined {
  return nats.streams.find(({ subjects }) =>
    subjects.some((filter) => subjectMatches(filter, `${DEAD_LETTERS}evt.x`)),
  )?.name;
}
