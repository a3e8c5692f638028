import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import { OPERATOR, SYSTEM } from '../lib/fleet/identity.ts';
import type { KeyPair } from '../lib/pki/authority.ts';
import { authorityFolder } from '../lib/pki/authority-folder.ts';
import { readKeyPair, replaceFile, writeKeyPair } from '../lib/pki/files.ts';
import { identityRequest, nodeRequest } from '../lib/pki/holder-requests.ts';
import { issueLeaf, type LeafRequest } from '../lib/pki/issue-leaf.ts';
import { reasonToIssue } from '../lib/pki/reason-to-issue.ts';
import { openAuthority, type PlatformAuthority } from './authority.ts';

/** The platform's authority, with its trust bundle in place for everybody. */
export async function ensureTrust(
  layout: EmbeddedLayout,
  fleet: string,
  now: Date,
): Promise<PlatformAuthority> {
  const authority = await openAuthority(authorityFolder(layout.stateDir), fleet, now);
  await mkdir(layout.certs, { recursive: true, mode: 0o700 });
  await replaceFile(path.join(layout.certs, 'ca.pem'), authority.bundle);
  return authority;
}

/**
 * Makes what is missing or due of the pairs that one kind of cluster needs: one for each node, and the identity that
 * gsys itself comes with.
 */
export async function ensureCertificates(
  layout: EmbeddedLayout,
  kind: 'nats' | 'redis',
  fleet: string,
  authority: PlatformAuthority,
  now: Date,
): Promise<void> {
  const nodes = layout[kind].map(({ name, host }) => nodeRequest(fleet, name, [host]));
  const visitor = identityRequest(fleet, kind === 'redis' ? OPERATOR : SYSTEM);
  await Promise.all(
    [visitor, ...nodes].map(async (request) => {
      const dir = path.join(layout.certs, request.commonName);
      const pair = await readKeyPair(dir);
      const next = await renewed(pair, request, authority, now);
      if (next !== pair) await writeKeyPair(dir, next);
    }),
  );
}

/** A service's bundle, as Secrets Manager keeps it and the task gets it in TLS_BUNDLE. */
export interface TlsBundle extends KeyPair {
  ca: string;
}

/** @returns the bundle given, if it is good, or a new one */
export async function ensureBundle(
  bundle: TlsBundle | undefined,
  holder: { fleet: string; service: string },
  authority: PlatformAuthority,
  now: Date,
): Promise<TlsBundle> {
  const pair = await renewed(bundle, identityRequest(holder.fleet, holder.service), authority, now);
  if (bundle !== undefined && pair === bundle && bundle.ca === authority.bundle) return bundle;
  return { cert: pair.cert, key: pair.key, ca: authority.bundle };
}

async function renewed(
  pair: KeyPair | undefined,
  request: LeafRequest,
  { issuer }: PlatformAuthority,
  now: Date,
): Promise<KeyPair> {
  if (pair !== undefined && reasonToIssue(pair, request, issuer.cert, now) === undefined) return pair;
  return await issueLeaf(issuer, request, now);
}
