import { expect, it } from 'vitest';
import { clockAhead } from '../../../src/lib/probe/clock-ahead.ts';

const asking = { from: Date.parse('2026-03-01T12:00:00Z'), to: Date.parse('2026-03-01T12:00:01Z') };
const instance = (...times: (string | undefined)[]) => ({
  ...{ name: 'settings', id: 'i', version: '1.0.0' },
  endpoints: times.map((now, i) => ({
    ...{ name: `e${i}`, subject: 's', num_requests: 0, num_errors: 0 },
    ...(now !== undefined && { data: { now } }),
  })),
});

it.each([
  ['within the time that it was asked', '2026-03-01T12:00:00.400Z', 0],
  ['ahead of the moment at which the answer was there', '2026-03-01T12:00:03Z', 2000],
  ['behind the moment at which it was asked', '2026-03-01T11:59:58Z', -2000],
])('a clock is %s', (_, now, ahead) => {
  expect(clockAhead(instance(now), asking)).toBe(ahead);
});

it('an instance that tells no time, or nonsense, has a clock of which nothing is known', () => {
  for (const mute of [instance(), instance(undefined), instance('soon')])
    expect(clockAhead(mute, asking)).toBeUndefined();
});
