import { X509Certificate } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { type Authority, DAY, type KeyPair } from '../../../src/lib/pki/authority.ts';
import { createIssuer } from '../../../src/lib/pki/create-issuer.ts';
import { createRoot } from '../../../src/lib/pki/create-root.ts';
import { issueLeaf, type LeafRequest } from '../../../src/lib/pki/issue-leaf.ts';
import { reasonToIssue } from '../../../src/lib/pki/reason-to-issue.ts';
import { oneSidedLeaf } from '../../support/one-sided.ts';

const request: LeafRequest = {
  profile: 'node',
  commonName: 'nats-1',
  organization: 'lab',
  dns: ['nats-1', 'localhost'],
  ip: ['127.0.0.1'],
};
const now = new Date();
let issuer: Authority;
let other: Authority;
let pair: KeyPair;
let stranger: KeyPair;

beforeAll(async () => {
  const root = await createRoot('lab');
  [issuer, other] = await Promise.all([createIssuer(root, 'lab'), createIssuer(root, 'lab')]);
  [pair, stranger] = await Promise.all([issueLeaf(issuer, request), issueLeaf(issuer, request)]);
});

it('is none for a good certificate, in whatever order its names are asked for', () => {
  expect(reasonToIssue(pair, request, issuer.cert, now)).toBeUndefined();
  expect(reasonToIssue(pair, { ...request, dns: ['localhost', 'nats-1'] }, issuer.cert, now)).toBeUndefined();
});

it.each([
  ['there is none', () => reasonToIssue(undefined, request, issuer.cert, now)],
  [
    'the key belongs to another',
    () => reasonToIssue({ ...pair, key: stranger.key }, request, issuer.cert, now),
  ],
  ['another authority issued it', () => reasonToIssue(pair, request, other.cert, now)],
  ['not the wanted ones', () => reasonToIssue(pair, { ...request, ip: [] }, issuer.cert, now)],
  [
    'two thirds of its life',
    () => reasonToIssue(pair, request, issuer.cert, new Date(now.getTime() + 61 * DAY)),
  ],
  ['it ended 20', () => reasonToIssue(pair, request, issuer.cert, new Date(now.getTime() + 91 * DAY))],
  ['of no use to a client', () => reasonToIssue(oneSided('serverAuth'), request, issuer.cert, now)],
  ['of no use to a server', () => reasonToIssue(oneSided('clientAuth'), request, issuer.cert, now)],
])('says: %s', (words, ask) => {
  expect(ask()).toContain(words);
});

/** Of the key that `pair` has. */
function oneSided(usage: 'serverAuth' | 'clientAuth'): KeyPair {
  const publicKey = new X509Certificate(pair.cert).publicKey.export({ type: 'spki', format: 'pem' });
  return { ...pair, cert: oneSidedLeaf(issuer, publicKey.toString(), request, usage) };
}
