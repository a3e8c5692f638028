import { expect, it } from 'vitest';
import { planRevocation } from '../../../src/lib/tls/revoke.ts';

const fleet = (...mapped: number[]) => ({ name: 'lab', generations: { settings: mapped } });

it('both are known until the holder has moved, with --now the next one alone', () => {
  expect(planRevocation(fleet(3), 'settings', false, undefined)).toMatchObject({ keep: 3, first: [3, 4] });
  expect(planRevocation(fleet(3), 'settings', true, undefined)).toMatchObject({ keep: 3, first: [4] });
});

it('one that was begun goes on with the same, and who was put out is never let in again', () => {
  const unfinished = { generation: 3, now: false };
  expect(planRevocation(fleet(3, 4), 'settings', false, unfinished).first).toEqual([3, 4]);
  expect(planRevocation(fleet(4), 'settings', false, unfinished).first).toEqual([4]);
  expect(planRevocation(fleet(3), 'settings', false, { generation: 3, now: true })).toMatchObject({
    ...{ first: [4], next: 4, plan: { now: true, begun: true } },
  });
});
