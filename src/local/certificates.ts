import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { newestGeneration } from '../lib/fleet/generations.ts';
import { OPERATOR, SYSTEM } from '../lib/fleet/identity.ts';
import type { KeyPair } from '../lib/pki/authority.ts';
import { currentAuthorityFolder } from '../lib/pki/authority-folder.ts';
import {
  readIfThere,
  readKeyPair,
  readServerFiles,
  replaceFile,
  type ServerFiles,
  writeKeyPair,
  writeServerFiles,
} from '../lib/pki/files.ts';
import { identityRequest, nodeRequest } from '../lib/pki/holder-requests.ts';
import { certificatesIn } from '../lib/pki/inspect.ts';
import { issueLeaf, type LeafRequest } from '../lib/pki/issue-leaf.ts';
import { reasonToIssue } from '../lib/pki/reason-to-issue.ts';
import { openAuthority, type PlatformAuthority } from './authority.ts';

/** The platform's authority, with its trust bundle in place for everybody. */
export async function ensureTrust(
  layout: EmbeddedLayout,
  fleet: string,
  now: Date,
): Promise<PlatformAuthority> {
  const authority = await openAuthority(await currentAuthorityFolder(layout.stateDir), fleet, now);
  await mkdir(layout.certs, { recursive: true, mode: 0o700 });
  const file = path.join(layout.certs, 'ca.pem');
  const bundle = await readIfThere(file);
  const kept = keptBundle(bundle, authority);
  if (kept !== bundle) await replaceFile(file, kept);
  return authority;
}

export type CertifiedFleet = Pick<Fleet, 'name' | 'generations'>;

/**
 * Makes what is missing or due of the pairs that one kind of cluster needs: one for each node, and the identity that
 * gsys itself comes with.
 */
export async function ensureCertificates(
  layout: EmbeddedLayout,
  kind: 'nats' | 'redis',
  fleet: CertifiedFleet,
  authority: PlatformAuthority,
  now: Date,
): Promise<void> {
  const gsys = kind === 'redis' ? OPERATOR : SYSTEM;
  const visitor = identityRequest(fleet.name, gsys, newestGeneration(fleet, gsys));
  const dir = path.join(layout.certs, visitor.commonName);
  const identity = async () => {
    const pair = await readKeyPair(dir);
    const next = await renewed(pair, visitor, authority, now);
    if (next !== pair) await writeKeyPair(dir, next);
  };
  const nodes = layout[kind].map(async ({ name, host, folder }) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = await readServerFiles(path.join(folder, 'tls'));
    const pair = await renewed(files, nodeRequest(fleet.name, name, [host]), authority, now);
    const ca = keptBundle(files?.ca, authority);
    if (pair !== files || ca !== files.ca)
      await writeServerFiles(path.join(folder, 'tls'), { cert: pair.cert, key: pair.key, ca });
  });
  await Promise.all([identity(), ...nodes]);
}

/** A bundle that trusts the authority stays, whomever else it trusts: another one is on its way in or out. */
function keptBundle(bundle: string | undefined, authority: PlatformAuthority): string {
  const known = certificatesIn(bundle ?? '');
  const trusts = certificatesIn(authority.bundle).every((cert) => known.includes(cert));
  return bundle !== undefined && trusts ? bundle : authority.bundle;
}

/** A service's bundle, as Secrets Manager keeps it and the task gets it in TLS_BUNDLE. */
export type TlsBundle = ServerFiles;

/** @returns the bundle given, if it is good, or a new one */
export async function ensureBundle(
  bundle: TlsBundle | undefined,
  fleet: CertifiedFleet,
  holder: string,
  authority: PlatformAuthority,
  now: Date,
): Promise<TlsBundle> {
  const pair = await renewed(
    bundle,
    identityRequest(fleet.name, holder, newestGeneration(fleet, holder)),
    authority,
    now,
  );
  const ca = keptBundle(bundle?.ca, authority);
  if (bundle !== undefined && pair === bundle && bundle.ca === ca) return bundle;
  return { cert: pair.cert, key: pair.key, ca };
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
