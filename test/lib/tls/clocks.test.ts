import { expect, it } from 'vitest';
import { MINUTE } from '../../../src/lib/pki/authority.ts';
import { clockTrouble } from '../../../src/lib/tls/clocks.ts';

const clocks = (...minutes: number[]) =>
  minutes.map((behind, i) => ({ node: `nats-${i + 1}`, behind: behind * MINUTE }));

it('nobody is in the way whose clock is less behind than certificates are back-dated, or ahead', () => {
  expect(clockTrouble(clocks(0, 4.9, -600))).toBeUndefined();
  expect(clockTrouble([])).toBeUndefined();
});

it('a node that is behind is named, with what to type there', () => {
  expect(clockTrouble(clocks(0, 10, 0))).toEqual({
    message: 'what is signed now would not be valid yet on nats-2: the clock of nats-2 is behind',
    details: ['nats-2 is 10.0 minutes behind this machine'],
    next: 'timedatectl on nats-2; when the clock is right, the same again',
  });
});

it('where all nodes are behind alike it is this machine that is ahead', () => {
  expect(clockTrouble(clocks(10, 10, 10))).toMatchObject({
    message: expect.stringMatching(/this machine’s clock is ahead of all nodes$/),
    next: expect.stringMatching(/^timedatectl here/),
  });
});
