import type { KeyPair } from './authority.ts';
import { inspect, isDue, isIssuedBy, isPair } from './inspect.ts';
import type { LeafRequest } from './issue-leaf.ts';

/** @returns why a holder needs another certificate, or undefined while the one it has will do */
export function reasonToIssue(
  pair: KeyPair | undefined,
  request: Pick<LeafRequest, 'dns' | 'ip'>,
  issuer: string,
  now: Date,
): string | undefined {
  if (pair === undefined) return 'there is none';
  const facts = inspect(pair.cert);
  if (!isPair(pair.cert, pair.key)) return 'the key belongs to another certificate';
  if (!isIssuedBy(pair.cert, issuer)) return 'another authority issued it';
  if (!sameNames(facts, request)) return 'its names are not the wanted ones';
  if (isDue(facts, now)) return 'two thirds of its life are over';
  return undefined;
}

function sameNames(
  facts: { dns: string[]; ip: string[] },
  { dns, ip = [] }: Pick<LeafRequest, 'dns' | 'ip'>,
): boolean {
  const sorted = (names: string[]) => [...names].sort().join();
  return sorted(facts.dns) === sorted(dns) && sorted(facts.ip) === sorted(ip);
}
