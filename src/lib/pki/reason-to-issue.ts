import type { KeyPair } from './authority.ts';
import { type CertificateFacts, inspect, isIssuedBy, isPair, isReadable } from './inspect.ts';
import type { LeafRequest } from './issue-leaf.ts';
import { isDue } from './life.ts';

type Names = Pick<LeafRequest, 'dns' | 'ip'>;

/** @returns why a holder needs another certificate, or undefined while the one it has will do */
export function reasonToIssue(
  pair: KeyPair | undefined,
  request: Names,
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
export function reasonToReplace(cert: string, request: Names, issuer: string, now: Date): string | undefined {
  if (!isReadable(cert)) return 'it cannot be read';
  const facts = inspect(cert);
  if (!isIssuedBy(cert, issuer)) return 'another authority issued it';
  if (!sameNames(facts, request)) return 'its names are not the wanted ones';
  if (isDue(facts, now)) return 'two thirds of its life are over';
  return undefined;
}

function sameNames(facts: Pick<CertificateFacts, 'dns' | 'ip'>, { dns, ip = [] }: Names): boolean {
  const sorted = (names: string[]) => [...names].sort().join();
  return sorted(facts.dns) === sorted(dns) && sorted(facts.ip) === sorted(ip);
}
