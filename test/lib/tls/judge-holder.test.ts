import { beforeAll, describe, expect, it } from 'vitest';
import { ConnectionFault } from '../../../src/lib/connection-fault.ts';
import { DAY, MINUTE } from '../../../src/lib/pki/authority.ts';
import { certificatesIn, inspect } from '../../../src/lib/pki/inspect.ts';
import type { Deployed } from '../../../src/lib/tls/deployed.ts';
import { type HolderEvidence, judgeHolder, worstOf } from '../../../src/lib/tls/judge-holder.ts';
import type { LookedAt } from '../../../src/lib/tls/look-at-listeners.ts';
import { makePairs } from './pairs.ts';

const now = new Date();
const LISTENER = {
  holder: 'nats-1',
  listener: 'client',
  host: '127.0.0.1',
  port: 1,
  speaks: 'nats',
} as const;
let made: Awaited<ReturnType<typeof makePairs>>;
let well: HolderEvidence;
beforeAll(async () => {
  made = await makePairs();
  well = {
    holder: made.holder,
    row: made.row(made.pair),
    deployed: { state: 'there', where: 'file', cert: made.pair.cert, fits: true },
    listeners: [served(made.pair.cert)],
  };
});

const served = (cert: string, untrusted?: string): LookedAt => ({
  listener: LISTENER,
  seen: {
    ...{
      chain: certificatesIn(cert),
      protocol: 'TLSv1.3',
      cipher: '',
      untrusted,
      authority: 'fleet',
      at: now,
    },
  },
  fault: undefined,
});
const unseen = (fault: ConnectionFault): LookedAt => ({ listener: LISTENER, seen: undefined, fault });
const judge = (change: Partial<HolderEvidence> = {}, at = now) =>
  judgeHolder({ ...well, ...change }, { issuer: made.authority.issuer.cert, now: at });

it('nothing is wrong with a certificate that is deployed and served as issued', () => {
  expect(judge()).toEqual([]);
  expect(judge({ deployed: { state: 'not looked at', why: 'on the node' } })).toEqual([]);
});

describe('a person is needed where', () => {
  it.each<[string, () => Partial<HolderEvidence>, RegExp]>([
    ['nothing was issued', () => ({ row: undefined }), /nothing was issued/],
    ['nothing is deployed', () => ({ deployed: { state: 'absent', where: 'there' } }), /no there/],
    [
      'the key is another',
      () => ({ deployed: { ...(well.deployed as Deployed & { state: 'there' }), fits: false } }),
      /key does not belong/,
    ],
    [
      'another is deployed',
      () => ({ deployed: { ...(well.deployed as Deployed & { state: 'there' }), cert: made.former.cert } }),
      /deployed is .*, issued was/,
    ],
    [
      'the deployed bundle trusts somebody else',
      () => ({
        deployed: { ...(well.deployed as Deployed & { state: 'there' }), ca: made.authority.issuer.cert },
      }),
      /trust bundle lacks the root/,
    ],
    [
      'another is served',
      () => ({ listeners: [served(made.former.cert)] }),
      /client port .* it serves .*, issued was/,
    ],
    [
      'what is served is not trusted',
      () => ({ listeners: [served(made.pair.cert, 'CERT_HAS_EXPIRED')] }),
      /not to be trusted/,
    ],
    [
      'nobody listens',
      () => ({ listeners: [unseen(new ConnectionFault('tcp', 'nobody listens there'))] }),
      /no certificate was seen: nobody/,
    ],
  ])('%s', (_, change, message) => {
    const problems = judge(change());
    expect(problems).toEqual([
      expect.objectContaining({ status: 'fail', message: expect.stringMatching(message) }),
    ]);
    expect(problems[0]?.remedy).not.toEqual([]);
  });

  it('it has ended, or nearly', () => {
    for (const days of [82, 91])
      expect(worstOf(judge({}, new Date(now.getTime() + days * DAY)))).toBe('fail');
  });
});

it('renewal that is due is a warning only', () => {
  expect(judge({}, new Date(now.getTime() + 61 * DAY))).toMatchObject([
    {
      status: 'warn',
      message: expect.stringMatching(/^28 days left/),
      remedy: ['gsys tls distribute nats-1'],
    },
  ]);
});

it('a listener that did not answer in time is unknown, never served', () => {
  expect(judge({ listeners: [unseen(new ConnectionFault('timeout', 'no answer'))] })).toMatchObject([
    { status: 'unknown', message: expect.stringMatching(/no certificate was seen/) },
  ]);
});

it('a machine that does not tell what lies on it is unknown', () => {
  const why = 'the machine of nats-1 is not reached: refused; ssh nats-1';
  expect(judge({ deployed: { state: 'unreachable', where: 'there', why } })).toMatchObject([
    { status: 'unknown', message: expect.stringContaining(why) },
  ]);
});

it('what is not valid yet asks for a look at the clock, and for nothing else', () => {
  const early = new Date(inspect(made.pair.cert).notBefore.getTime() - 5 * MINUTE);
  const problems = judge({ listeners: [served(made.pair.cert, 'CERT_NOT_YET_VALID')] }, early);
  expect(problems.map(({ status, remedy }) => [status, ...remedy])).toEqual([
    ['fail', 'timedatectl'],
    ['fail', 'timedatectl'],
  ]);
  expect(problems.map(({ message }) => message).join()).toMatch(/not valid before .*client port .* serves/);
});

it('nothing is said to help a holder whose authority has ended', () => {
  const problems = judge({}, new Date(now.getTime() + 400 * DAY));
  expect(problems).toEqual([
    {
      status: 'fail',
      message: expect.stringMatching(/what was issued will not do: it ended 20/),
      remedy: [],
    },
  ]);
});
