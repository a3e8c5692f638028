import type { CertificateView } from '../lib/tls/certificate-view.ts';
import type { Inspected } from '../lib/tls/inspected.ts';
import { type Paint, plain } from './paint.ts';

const LIFE = {
  good: 'green',
  due: 'yellow',
  overdue: 'red',
  ended: 'red',
  'not yet valid': 'red',
} as const;

/** The handshake, where there was one; each certificate of the chain; what is wrong. */
export function inspectedText({ where, chain, key, handshake, problems }: Inspected, paint: Paint): string {
  return [
    paint('bold', plain(where)),
    ...(handshake === undefined ? [] : handshakeLines(handshake, paint)),
    ...(key === undefined
      ? []
      : [
          `private key   ${key === 'belongs' ? 'belongs to the first certificate' : paint('red', 'is another')}`,
        ]),
    ...chain.flatMap((certificate, i) => ['', ...certificateLines(certificate, i, paint)]),
    ...(problems.length === 0
      ? []
      : ['', ...problems.map((problem) => `${paint('red', 'fail')}  ${plain(problem)}`)]),
  ].join('\n');
}

function handshakeLines(
  {
    speaks,
    protocol,
    cipher,
    authority,
    untrusted,
    identified,
    clientCertificate,
  }: NonNullable<Inspected['handshake']>,
  paint: Paint,
): string[] {
  const { demanded, how } = clientCertificate;
  const wanted =
    demanded === undefined
      ? paint('magenta', 'unknown')
      : demanded
        ? 'demanded'
        : paint('yellow', 'not demanded');
  const trusted =
    untrusted === undefined
      ? `${paint('green', 'yes')}, by ${authority === 'fleet' ? "the fleet's authority" : 'a public authority'}`
      : `${paint('red', 'no')}: ${plain(untrusted)}`;
  return [
    `handshake     ${plain(protocol)} ${plain(cipher)}, ${speaks === 'nats' ? 'after INFO in the clear' : 'from the first byte'}`,
    `trusted       ${trusted}`,
    `client cert   ${wanted}: ${plain(how)}`,
    `we came with  ${identified ? "the operator's certificate" : 'no certificate'}`,
  ];
}

function certificateLines(certificate: CertificateView, index: number, paint: Paint): string[] {
  const { subject, issuer, dns, ip, usages, authority, key, serial, fingerprint, life, daysLeft } =
    certificate;
  const names = [...dns, ...ip];
  const dates = `${day(certificate.notBefore)} to ${day(certificate.notAfter)}`;
  return [
    `${index}  ${paint('bold', plain(subject))}`,
    `   issuer       ${plain(issuer)}`,
    ...(names.length === 0 ? [] : [`   names        ${plain(names.join(', '))}`]),
    `   for          ${authority ? 'signing certificates' : plain(usages.join(', ') || 'anything')}`,
    `   valid        ${dates}, ${paint(LIFE[life], `${daysLeft} days left${life === 'good' ? '' : `: ${life}`}`)}`,
    `   key          ${plain(key)}`,
    `   serial       ${serial}`,
    `   SHA-256      ${fingerprint}`,
  ];
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
