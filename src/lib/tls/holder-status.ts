import type { IssuedRow } from '../pki/issued-row.ts';
import { type CertificateView, viewCertificate } from './certificate-view.ts';
import type { Deployed } from './deployed.ts';
import type { Holder } from './holders.ts';
import { type HolderEvidence, type Problem, type Status, worstOf } from './judge-holder.ts';
import type { LookedAt } from './look-at-listeners.ts';

export interface HolderStatus {
  holder: string;
  kind: Holder['kind'];
  status: Status;
  issued: (CertificateView & Pick<IssuedRow, 'issuedAt' | 'issuedBy'>) | undefined;
  deployed: Pick<Deployed, 'state'> & { where?: string; why?: string; certificate?: CertificateView };
  listeners: ListenerStatus[];
  problems: Problem[];
}

export interface ListenerStatus {
  listener: LookedAt['listener']['listener'];
  address: string;
  /** What was served in a handshake of this very run; undefined: nothing was seen, and why not. */
  seen: { at: Date; protocol: string; certificate: CertificateView; issued: boolean } | undefined;
  fault: { kind: string; message: string } | undefined;
}

/** A listener whose certificate is of a provider's authority: shown, never issued for. */
export interface OtherStatus {
  listener: ListenerStatus;
  status: Status;
  problems: Problem[];
}

/** What was seen of a holder, as people and JSON get to see it. */
export function holderStatus(
  { holder, row, deployed, listeners }: HolderEvidence,
  problems: Problem[],
  now: Date,
): HolderStatus {
  const { cert, fits, ca, ...place } = { cert: undefined, fits: undefined, ca: undefined, ...deployed };
  return {
    holder: holder.name,
    kind: holder.kind,
    status: worstOf(problems),
    issued: row && {
      ...viewCertificate(row.cert, now),
      issuedAt: row.issuedAt,
      issuedBy: row.issuedBy,
    },
    deployed: { ...place, ...(cert !== undefined && { certificate: viewCertificate(cert, now) }) },
    listeners: listeners.map((one) => listenerStatus(one, row, now)),
    problems,
  };
}

function listenerStatus(
  { listener, seen, fault }: LookedAt,
  row: IssuedRow | undefined,
  now: Date,
): ListenerStatus {
  const certificate = seen && viewCertificate(seen.chain[0] ?? '', now);
  const issued = row && viewCertificate(row.cert, now).fingerprint === certificate?.fingerprint;
  return {
    listener: listener.listener,
    address: `${listener.host}:${listener.port}`,
    seen: seen &&
      certificate && { at: seen.at, protocol: seen.protocol, certificate, issued: issued === true },
    fault: fault && { kind: fault.kind, message: fault.message },
  };
}

export function otherStatus(one: LookedAt, now: Date): OtherStatus {
  const listener = listenerStatus(one, undefined, now);
  const message = one.seen === undefined ? one.fault?.message : one.seen.untrusted;
  const status = one.fault?.kind === 'timeout' ? ('unknown' as const) : ('fail' as const);
  const problems: Problem[] = message === undefined ? [] : [{ status, message, remedy: [] }];
  return { listener, status: worstOf(problems), problems };
}
