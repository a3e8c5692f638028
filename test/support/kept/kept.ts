import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeyPair } from '../../../src/lib/pki/authority.ts';
import { readKeyPair } from '../../../src/lib/pki/files.ts';
import { issueLeaf, type LeafRequest } from '../../../src/lib/pki/issue-leaf.ts';
import { reasonToIssue } from '../../../src/lib/pki/reason-to-issue.ts';
import { openAuthority, type PlatformAuthority } from '../../../src/local/authority.ts';
import { REPOSITORY } from '../definition.ts';

/** The fleet of the repository's definition, whose certificates are kept. */
export const FLEET = 'gaming-system';

/** Somebody besides its services, whom labs call back. */
export const CALLED = 'called';

/** As long as the code that makes them is the same, and for ten days: half of the life of a service's certificate. */
export const KEPT = path.join(tmpdir(), `gsys-test-certificates-${digest()}`);
export const stateOf = (folder: string) => path.join(folder, 'local');
export const pairsOf = (folder: string) => path.join(folder, 'pairs');

/** Puts into the state of a platform that has never run what it would make first: authority, certificates, secrets. */
export function bringKept(stateDir: string): void {
  cpSync(stateOf(KEPT), stateDir, { recursive: true, verbatimSymlinks: true });
}

export function keptAuthority(): Promise<PlatformAuthority> {
  return openAuthority(path.join(stateOf(KEPT), 'authority'), FLEET, new Date());
}

/** The pair that is kept of a holder, or a new one by the same authority. */
export async function keptPair(request: LeafRequest, { issuer }: PlatformAuthority): Promise<KeyPair> {
  const { commonName } = request;
  const state = stateOf(KEPT);
  const places = [
    path.join(state, 'certs', commonName),
    path.join(state, 'nats', commonName, 'tls'),
    path.join(pairsOf(KEPT), commonName),
  ];
  for (const place of places) {
    const pair = await readKeyPair(place);
    if (pair !== undefined && reasonToIssue(pair, request, issuer.cert, new Date()) === undefined)
      return pair;
  }
  return await issueLeaf(issuer, request);
}

function digest(): string {
  const files = [
    'gsys.yaml',
    'src/local/authority.ts',
    'src/local/certificates.ts',
    'src/local/supervisor/seed-secrets.ts',
    'test/support/kept/keep.ts',
  ];
  for (const folder of ['src/lib/pki', 'services'])
    for (const name of readdirSync(path.join(REPOSITORY, folder))) files.push(path.join(folder, name));
  const hash = createHash('sha256').update(String(Math.floor(Date.now() / (10 * 24 * 60 * 60 * 1000))));
  for (const file of files) hash.update(file).update(contentOf(file));
  return hash.digest('hex').slice(0, 16);
}

/** Of a folder, as of a service, only the name counts. */
function contentOf(file: string): string {
  return file.endsWith('.ts') || file.endsWith('.yaml')
    ? readFileSync(path.join(REPOSITORY, file), 'utf8')
    : '';
}
