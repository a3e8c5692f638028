import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Environment } from '../fleet/fleet.ts';
import { readIfThere } from '../pki/files.ts';
import { certificatesIn, isPair, isReadable } from '../pki/inspect.ts';

/** What gsys comes to a listener with. */
export interface Visitor extends Belongings {
  /** Both of them, and the public authorities, for what a provider serves; made once for all handshakes. */
  context: SecureContext;
}

interface Belongings {
  /** The fleet's trust bundle, PEM; undefined where there is none yet. */
  bundle: string | undefined;
  /** The operator's own certificate and key; undefined where they are missing or do not fit. */
  identity: { cert: string; key: string } | undefined;
}

/** @param operator of an environment; without one only public authorities are known */
export async function visitorOf(operator: Environment['operator']): Promise<Visitor> {
  if (operator === undefined) return makeVisitor({ bundle: undefined, identity: undefined });
  const [bundle, cert, key] = await Promise.all([operator.ca, operator.cert, operator.key].map(readIfThere));
  const fits = cert !== undefined && key !== undefined && isPair(cert, key);
  return makeVisitor({ bundle, identity: fits ? { cert, key } : undefined });
}

export function makeVisitor({ bundle, identity }: Belongings): Visitor {
  // One damaged certificate would spoil all that are read with it.
  const own = certificatesIn(bundle ?? '').filter(isReadable);
  const context = createSecureContext({ ...identity, ca: [...own, ...rootCertificates] });
  return { bundle: bundle && own.join('\n'), identity, context };
}
