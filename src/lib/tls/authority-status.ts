import type { Fleet } from '../fleet/fleet.ts';
import type { SealedIssuer } from '../pki/authority-folder.ts';
import { AFTER_ITS_END, AFTER_ITS_END_EMBEDDED } from '../pki/ended-authority.ts';
import { isIssuedBy } from '../pki/inspect.ts';
import { lifeOf } from '../pki/life.ts';
import { type CertificateView, viewCertificate } from './certificate-view.ts';
import { notYetValid, type Problem, type Status, worstOf } from './judge-holder.ts';

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
    problems.push(...problemsOfLife(certificate, environment, now));
    return { name, status: worstOf(problems), certificate, problems };
  });
}

function problemsOfLife(
  certificate: CertificateView,
  { platform }: Fleet['environment'],
  now: Date,
): Problem[] {
  const { notBefore, notAfter, daysLeft } = certificate;
  switch (lifeOf(certificate, now)) {
    case 'good':
      return [];
    case 'not yet valid':
      return [notYetValid(notBefore, now)];
    case 'due':
      return [{ status: 'warn', message: `${daysLeft} days left: renewal is due`, remedy: [ROTATE] }];
    case 'overdue':
      return [{ status: 'fail', message: `${daysLeft} days left: renewal is overdue`, remedy: [ROTATE] }];
    case 'ended': {
      const message = `it ended ${notAfter.toISOString()}, and all that it signed with it`;
      if (platform === 'embedded') return [{ status: 'fail', message, remedy: AFTER_ITS_END_EMBEDDED }];
      return [{ status: 'fail', message: `${message}: ${AFTER_ITS_END}`, remedy: [] }];
    }
  }
}

const ROTATE = 'gsys tls rotate ca';
