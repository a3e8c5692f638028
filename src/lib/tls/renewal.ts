import type { SealedIssuer } from '../pki/authority-folder.ts';
import { inspect } from '../pki/inspect.ts';
import { daysLeft } from '../pki/life.ts';
import { reasonByLife, reasonToReplace } from '../pki/reason-to-issue.ts';
import type { Holder } from './holders.ts';
import type { Inventory } from './inventory.ts';

export interface Renewal {
  /** A holder, or `root` and `issuer`, the authorities. */
  name: string;
  kind: Holder['kind'] | 'authority';
  state: 'good' | 'due' | 'missing';
  reason: string | undefined;
  notAfter: Date | undefined;
  daysLeft: number | undefined;
}

/** What is due or missing by the fleet's inventory; the authorities first. */
export function renewals(
  holders: Holder[],
  inventory: Inventory,
  issuer: SealedIssuer | undefined,
  now: Date,
): Renewal[] {
  return [
    renewalOfAuthority('root', issuer?.root, now),
    renewalOfAuthority('issuer', issuer?.cert, now),
    ...holders.map((holder) => renewalOfHolder(holder, inventory.get(holder.name)?.cert, issuer, now)),
  ];
}

function renewalOfAuthority(name: 'root' | 'issuer', cert: string | undefined, now: Date): Renewal {
  const reason = cert === undefined ? 'there is none' : reasonByLife(inspect(cert), now);
  return renewal({ name, kind: 'authority' }, cert, reason, now);
}

function renewalOfHolder(
  { name, kind, request }: Holder,
  cert: string | undefined,
  issuer: SealedIssuer | undefined,
  now: Date,
): Renewal {
  const reason =
    cert === undefined
      ? 'there is none'
      : issuer === undefined
        ? 'there is no authority that stands behind it'
        : reasonToReplace(cert, request, issuer.cert, now);
  return renewal({ name, kind }, cert, reason, now);
}

function renewal(
  who: Pick<Renewal, 'name' | 'kind'>,
  cert: string | undefined,
  reason: string | undefined,
  now: Date,
): Renewal {
  const facts = cert === undefined ? undefined : inspect(cert);
  return {
    ...who,
    state: reason === undefined ? 'good' : facts === undefined ? 'missing' : 'due',
    reason,
    notAfter: facts?.notAfter,
    daysLeft: facts && daysLeft(facts, now),
  };
}
