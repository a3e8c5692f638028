import type { CertificateView } from './certificate-view.ts';
import type { Demand } from './demand.ts';
import type { Address } from './listeners.ts';

/** What `tls inspect` has found out. */
export interface Inspected {
  /** As it was asked for. */
  target: string;
  kind: 'file' | 'listener' | 'holder';
  /** Where it was found: a file, a secret, an address. */
  where: string;
  /** The leaf first, as they lie or were served. */
  chain: CertificateView[];
  /** Of a file that holds a private key too: whether it belongs to the first certificate. The key itself is not shown. */
  key: 'belongs' | 'is another' | undefined;
  /** Of a listener: what the handshake was like. */
  handshake:
    | {
        speaks: Address['speaks'];
        protocol: string;
        cipher: string;
        authority: 'fleet' | 'public' | undefined;
        untrusted: string | undefined;
        /** Whether gsys came with a certificate of its own. */
        identified: boolean;
        clientCertificate: Demand;
        at: Date;
      }
    | undefined;
  /** What is wrong with it, one line each. */
  problems: string[];
}

/** Of the dates of a chain. */
export function troubleOf(chain: CertificateView[]): string[] {
  return chain.flatMap(({ subject, life, notBefore, notAfter }) => {
    if (life === 'ended') return [`${subject}: ended ${notAfter.toISOString()}`];
    if (life === 'not yet valid') return [`${subject}: is not valid before ${notBefore.toISOString()}`];
    return [];
  });
}
