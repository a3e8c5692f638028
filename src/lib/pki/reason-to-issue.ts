import type { KeyPair } from './authority.ts';
import {
  type CertificateFacts,
  CLIENT_AUTH,
  inspect,
  isIssuedBy,
  isPair,
  isReadable,
  SERVER_AUTH,
} from './inspect.ts';
import type { LeafRequest } from './issue-leaf.ts';
import { isDue, lifeOf, type Validity } from './life.ts';

type Names = Pick<LeafRequest, 'dns' | 'ip'>;
type Wish = Names & Pick<LeafRequest, 'profile'>;

/** @returns why a holder needs another certificate, or undefined while the one it has will do */
export function reasonToIssue(
  pair: KeyPair | undefined,
  request: Wish,
  issuer: string,
  now: Date,
): string | undefined {
  if (pair === undefined) return 'there is none';
  const reason = reasonToReplace(pair.cert, request, issuer, now);
  if (reason !== undefined) return reason;
  if (!isPair(pair.cert, pair.key)) return 'the key belongs to another certificate, or is damaged';
  return undefined;
}

/** The same of a certificate whose key is elsewhere. */
export function reasonToReplace(cert: string, request: Wish, issuer: string, now: Date): string | undefined {
  if (!isReadable(cert)) return 'it cannot be read';
  const facts = inspect(cert);
  if (!isIssuedBy(cert, issuer)) return 'another authority issued it';
  if (!sameNames(facts, request)) return 'its names are not the wanted ones';
  if (request.profile === 'node' && !facts.usages.includes(SERVER_AUTH)) return 'it is of no use to a server';
  // A node dials its peers, too: without it routes half work, and all counts look well.
  if (!facts.usages.includes(CLIENT_AUTH)) return 'it is of no use to a client, which whoever dials is';
  return reasonByLife(facts, now);
}

/** The same by its dates alone, as of an authority. */
export function reasonByLife(validity: Validity, now: Date): string | undefined {
  if (lifeOf(validity, now) === 'ended') return `it ended ${validity.notAfter.toISOString()}`;
  return isDue(validity, now) ? 'two thirds of its life are over' : undefined;
}

function sameNames(facts: Pick<CertificateFacts, 'dns' | 'ip'>, { dns, ip = [] }: Names): boolean {
  const sorted = (names: string[]) => [...names].sort().join();
  return sorted(facts.dns) === sorted(dns) && sorted(facts.ip) === sorted(ip);
}
