import { beforeEach, describe, expect, it } from 'vitest';
import { type Breaker, CircuitOpen, createBreaker } from '../../../services/sdk/breaker.ts';
import { until } from '../../support/until.ts';

let breaker: Breaker<string>;
let changes: string[];
let asked: number;

/** A failure, another trouble than the service's, or an answer. */
const run = async (outcome: 'ok' | 'failed' | 'trouble'): Promise<string> =>
  breaker
    .run(async () => {
      asked++;
      if (outcome !== 'ok') throw new Error(outcome);
      return outcome;
    })
    .catch((error) => (error instanceof CircuitOpen ? 'open' : error.message));
const times = async (count: number, outcome: 'ok' | 'failed' | 'trouble') => {
  for (let i = 0; i < count; i++) await run(outcome);
};
const open = (openMs: number) => {
  breaker = createBreaker<string>('svc.a.v1.b', {
    isFailure: (error) => (error as Error).message === 'failed',
    isFailed: () => false,
    isAbsence: () => false,
    onChange: (state) => void changes.push(state),
    openMs,
  });
};

beforeEach(() => {
  changes = [];
  asked = 0;
});

describe('a circuit', () => {
  it('opens with the fifth failure in a row, and not with five among successes', async () => {
    open(60_000);
    await times(4, 'failed');
    await run('ok');
    await times(4, 'failed');
    expect(await run('failed')).toBe('failed');
    expect([await run('ok'), asked, changes]).toEqual(['open', 10, ['open']]);
  });

  it('does not count what is not the service’s failure', async () => {
    open(60_000);
    await times(20, 'trouble');
    expect(await run('ok')).toBe('ok');
  });

  it('closes with the second success in a row after its time', async () => {
    open(1);
    await times(5, 'failed');
    await until('it is tried', async () => (await run('ok')) === 'ok');
    expect(changes).toEqual(['open']);
    await run('ok');
    expect(changes).toEqual(['open', 'closed']);
    await times(4, 'failed');
    expect(await run('ok')).toBe('ok');
  });

  it.each(['failed', 'trouble'] as const)('opens again when it is tried and there is %s', async (outcome) => {
    open(1);
    await times(5, 'failed');
    await until('it is tried', async () => (await run('ok')) === 'ok');
    await run(outcome);
    expect(changes).toEqual(['open', 'open']);
  });

  it('is tried by one at a time, and keeps nobody waiting meanwhile', async () => {
    open(1);
    await times(5, 'failed');
    let finish = (_: string) => {};
    const trial = await until('it is tried', async () => {
      const begun = new Promise<boolean>((resolve) => {
        const attempt = breaker.run(() => {
          resolve(true);
          return new Promise<string>((done) => {
            finish = done;
          });
        });
        attempt.catch(() => resolve(false));
      });
      return begun;
    });
    expect([trial, await run('ok')]).toEqual([true, 'open']);
    finish('ok');
  });
});
