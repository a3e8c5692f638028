import { describe, expect, it } from 'vitest';
import { Code, FAULT_OF, ServiceError } from '../../../services/sdk/errors.ts';
import { StateAway, whileStateIsAway } from '../../../services/sdk/state-away.ts';

describe('work that may be done twice', () => {
  it('is done again until its state is back', async () => {
    const { times, work } = failing(2, new StateAway('worlds', 'away'));
    expect(await whileStateIsAway(work, waiting())).toBe('done');
    expect(times()).toBe(3);
  });

  it('that fails for want of its state is no reason to leave the service alone', () => {
    expect(new StateAway('worlds', 'away').details).toEqual({ [FAULT_OF]: 'worlds' });
  });

  it.each([
    [
      'when there is no time for one more attempt',
      waiting({ remainingMs: 1_000 }),
      new StateAway('worlds', 'away'),
    ],
    ['when its caller has gone', waiting({ signal: AbortSignal.abort() }), new StateAway('worlds', 'away')],
    ['for another reason', waiting(), new ServiceError(Code.NOT_FOUND, 'not there')],
  ])('fails %s', async (_, origin, error) => {
    const { times, work } = failing(1, error);
    await expect(whileStateIsAway(work, origin)).rejects.toBe(error);
    expect(times()).toBe(1);
  });
});

function failing(failures: number, error: Error) {
  let asked = 0;
  const work = async () => {
    asked++;
    if (asked <= failures) throw error;
    return 'done';
  };
  return { work, times: () => asked };
}

function waiting({ remainingMs = 10_000, signal = new AbortController().signal } = {}) {
  return { remainingMs: () => remainingMs, signal };
}
