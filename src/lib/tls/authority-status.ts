import type { Fleet } from '../fleet/fleet.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { isIssuedBy } from '../pki/inspect.ts';
import { lifeOf } from '../pki/life.ts';
import { type CertificateView, viewCertificate } from './certificate-view.ts';
import { type Problem, type Status, worstOf } from './judge-holder.ts';

export interface AuthorityStatus {
  name: 'root' | 'issuer';
  status: Status;
  certificate: CertificateView | undefined;
  problems: Problem[];
}

/** @param trouble with the trust bundle: it is the root that nobody would trust */
export function authorityStatus(
  issuer: SealedIssuer | undefined,
  trouble: { message: string; remedy: string[] } | undefined,
  { environment }: Fleet,
  now: Date,
): AuthorityStatus[] {
  if (issuer === undefined) {
    const remedy = [environment.platform === 'embedded' ? 'gsys local up' : 'gsys tls init'];
    const problems: Problem[] = [{ status: 'fail', message: 'there is none', remedy }];
    return [{ name: 'issuer', status: 'fail', certificate: undefined, problems }];
  }
  const both = [
    { name: 'root' as const, pem: issuer.root, more: trouble },
    {
      name: 'issuer' as const,
      pem: issuer.cert,
      more: isIssuedBy(issuer.cert, issuer.root)
        ? undefined
        : { message: 'the root did not issue it', remedy: [] },
    },
  ];
  return both.map(({ name, pem, more }) => {
    const certificate = viewCertificate(pem, now);
    const problems: Problem[] = more === undefined ? [] : [{ status: 'fail', ...more }];
    const life = lifeOf(certificate, now);
    if (life !== 'good') {
      const message = life === 'due' ? `${certificate.daysLeft} days left: renewal is due` : `it is ${life}`;
      problems.push({ status: life === 'due' ? 'warn' : 'fail', message, remedy: [] });
    }
    return { name, status: worstOf(problems), certificate, problems };
  });
}
