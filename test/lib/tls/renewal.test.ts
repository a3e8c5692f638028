import { beforeAll, expect, it } from 'vitest';
import { DAY } from '../../../src/lib/pki/authority.ts';
import type { SealedIssuer } from '../../../src/lib/pki/authority-folder.ts';
import { certificatesIn } from '../../../src/lib/pki/inspect.ts';
import type { Inventory } from '../../../src/lib/tls/inventory.ts';
import { renewals } from '../../../src/lib/tls/renewal.ts';
import { makePairs } from './pairs.ts';

const now = new Date();
let made: Awaited<ReturnType<typeof makePairs>>;
let issuer: SealedIssuer;
beforeAll(async () => {
  made = await makePairs();
  const [root = '', cert = ''] = certificatesIn(made.authority.bundle);
  issuer = { root, cert, key: '' };
});

const states = (inventory: Inventory, days = 0, by: SealedIssuer | undefined = issuer) =>
  renewals([made.holder], inventory, by, new Date(now.getTime() + days * DAY)).map(
    ({ name, state }) => `${name} ${state}`,
  );
const issued = (): Inventory => new Map([['nats-1', made.row(made.pair)]]);

it('nothing is due of what is new', () => {
  expect(states(issued())).toEqual(['root good', 'issuer good', 'nats-1 good']);
});

it('a holder without a row is missing', () => {
  expect(states(new Map())).toContain('nats-1 missing');
});

it('a node is due after 60 days, its issuer after 243', () => {
  expect(states(issued(), 61)).toEqual(['root good', 'issuer good', 'nats-1 due']);
  expect(states(issued(), 244)).toContain('issuer due');
});

it('an issuer that has ended is said to have', () => {
  const [, found] = renewals([], new Map(), issuer, new Date(now.getTime() + 366 * DAY));
  expect(found).toMatchObject({
    name: 'issuer',
    state: 'due',
    reason: expect.stringMatching(/^it ended 20/),
  });
});

it('without an authority all of it is missing or due', () => {
  const [authority, , holder] = renewals([made.holder], issued(), undefined, now);
  expect([authority?.state, holder?.state]).toEqual(['missing', 'due']);
});
