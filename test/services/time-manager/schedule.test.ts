import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../services/time-manager/calendar.ts';
import { afterTrigger, CLAIM_MS, claimed, type Schedule } from '../../../services/time-manager/schedule.ts';

const DUE = 1_000_000;
const ONE: Schedule = {
  ...{ id: 'id', world: 'w', eventId: 'e', callback: 'cb.called.x', payload: {}, due: DUE },
};
const MINE: Schedule = { ...ONE, claim: { by: 'me', until: 5000 } };

describe('a trigger', () => {
  it('is claimed by whoever comes first, for a while', () => {
    expect(claimed(ONE, DUE, 'me', 4000)?.claim).toEqual({ by: 'me', until: 4000 + CLAIM_MS });
    expect(claimed(MINE, DUE, 'other', 4999)).toBeUndefined();
    expect(claimed(MINE, DUE, 'other', 5000)?.claim?.by).toBe('other');
  });

  it('is nobody’s when it is done, or was moved', () => {
    expect(claimed(undefined, DUE, 'me', 0)).toBeUndefined();
    expect(claimed({ ...ONE, due: DUE + 1 }, DUE, 'me', 0)).toBeUndefined();
  });

  it('leaves nothing behind when it was the only one', () => {
    expect(afterTrigger(MINE, MINE, DUE)).toBeNull();
  });

  it.each([
    ['the next hour', 0, 1],
    ['the next hour, a moment before it', HOUR_MS - 1, 1],
    ['the hour after that, at the very moment of the next', HOUR_MS, 2],
    ['the first one to come, where the clock has jumped', 10 * HOUR_MS + 5, 11],
  ])('leaves %s behind when there are others', (_, passed, hours) => {
    const next = afterTrigger({ ...MINE, everyHours: 1 }, MINE, DUE + passed);
    expect(next).toEqual({ ...ONE, everyHours: 1, due: DUE + hours * HOUR_MS });
  });

  it('leaves alone what was replaced or claimed by another meanwhile', () => {
    expect(afterTrigger({ ...MINE, due: DUE + 1 }, MINE, DUE)).toBeUndefined();
    expect(afterTrigger(undefined, MINE, DUE)).toBeUndefined();
    expect(afterTrigger({ ...ONE, claim: { by: 'other', until: 9000 } }, MINE, DUE)).toBeUndefined();
  });
});
