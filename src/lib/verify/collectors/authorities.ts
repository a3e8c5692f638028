import { readFile } from 'node:fs/promises';
import { type CertificateFacts, certificatesIn, inspect } from '../../pki/inspect.ts';
import type { Collector } from '../collector.ts';
import { operatorOf } from '../operator.ts';

export interface AuthoritiesEvidence {
  /** Everything in the trust bundle that we have. */
  trusted: CertificateFacts[];
  /** Authorities that stand behind our own certificate, the issuing one among them. */
  issuing: CertificateFacts[];
  /** Ours. */
  own: CertificateFacts;
}

/** Files of this machine: whoever asks has to be able to read them anyway. */
export const authorities: Collector<'authorities'> = {
  id: 'authorities',
  budget: 4000,
  async collect({ fleet }) {
    const credentials = operatorOf(fleet);
    const files = [credentials.ca, credentials.identity.cert].map((file) => readFile(file, 'utf8'));
    const [bundle = '', chain = ''] = await Promise.all(files);
    const [own = '', ...behind] = certificatesIn(chain);
    return {
      trusted: certificatesIn(bundle).map((pem) => inspect(pem)),
      issuing: behind.map((pem) => inspect(pem)),
      own: inspect(own),
    };
  },
};
