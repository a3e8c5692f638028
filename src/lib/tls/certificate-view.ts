import { type CertificateFacts, CLIENT_AUTH, inspect, SERVER_AUTH } from '../pki/inspect.ts';
import { daysLeft, type Life, lifeOf } from '../pki/life.ts';

/** A certificate as people and JSON get to see it. */
export interface CertificateView extends Omit<CertificateFacts, 'usages'> {
  /** `server`, `client`, or an object identifier. */
  usages: string[];
  daysLeft: number;
  life: Life;
}

/** @param certificate PEM, whose first certificate counts, or DER @throws when it is none */
export function viewCertificate(certificate: string | Buffer, now: Date): CertificateView {
  const facts = inspect(certificate);
  return {
    ...facts,
    subject: oneLine(facts.subject),
    issuer: oneLine(facts.issuer),
    usages: facts.usages.map((usage) => USAGES[usage] ?? usage),
    daysLeft: daysLeft(facts, now),
    life: lifeOf(facts, now),
  };
}

const USAGES: Record<string, string> = { [SERVER_AUTH]: 'server', [CLIENT_AUTH]: 'client' };

/** node:crypto puts each part of a name on a line of its own. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
