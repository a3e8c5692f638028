import { createPublicKey, X509Certificate } from 'node:crypto';
import { inspect, isReadable } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import type { Holder } from './holders.ts';
import type { NodeState } from './node/node-state.ts';
import { sameTrust, type Wanted } from './wanted.ts';

/** What is to be done in a node's folder. */
export type NodePlan =
  /** A new key, a request, a certificate. */
  | { action: 'reissue'; reason: string }
  /** Its certificate was signed already and did not arrive: the key waits for it. */
  | { action: 'install'; reason: string }
  /** The bundle alone. */
  | { action: 'trust'; reason: string }
  | { action: 'none' };

export function planNode(
  holder: Holder,
  row: IssuedRow | undefined,
  state: NodeState,
  wanted: Wanted,
): NodePlan {
  const reason = wanted.renew(holder, row);
  if (reason !== undefined || row === undefined)
    return { action: 'reissue', reason: reason ?? 'there is none' };
  if (!isThere(row.cert, state)) {
    const why = 'what lies there is not what was issued';
    return { action: waitsFor(row.cert, state) ? 'install' : 'reissue', reason: why };
  }
  return sameTrust(state.ca, wanted.bundle)
    ? { action: 'none' }
    : { action: 'trust', reason: 'its bundle is another one' };
}

function isThere(issued: string, { cert, fits }: NodeState): boolean {
  if (cert === undefined || !fits || !isReadable(cert)) return false;
  return inspect(cert).fingerprint === inspect(issued).fingerprint;
}

function waitsFor(issued: string, { waiting }: NodeState): boolean {
  return waiting !== undefined && new X509Certificate(issued).publicKey.equals(createPublicKey(waiting));
}
