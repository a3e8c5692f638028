import type { Environment } from '../../fleet/fleet.ts';
import { AFTER_ITS_END, AFTER_ITS_END_EMBEDDED } from '../../pki/ended-authority.ts';
import type { CertificateFacts } from '../../pki/inspect.ts';
import { daysLeft, lifeOf } from '../../pki/life.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { AuthoritiesEvidence } from '../collectors/authorities.ts';

/** Days that are left to an authority: replacing one takes a rotation of everything, and somebody who knows the passphrase. */
const WARN = 60;
const FAIL = 14;

export const tlsAuthorities = defineCheck({
  id: 'tls.authorities',
  title: 'authorities',
  layer: 'tls',
  uses: ['authorities'],
  dependsOn: [],
  explain:
    'The authorities that the fleet trusts, the one that signs its leaves, and our own certificate are valid. An authority with less than 60 days left is a warning, with less than 14 a failure: every leaf ends with it at the latest, all at once, and a rotation takes days. Read from the files of whoever asks: that every node and service trusts the same is seen by the handshakes of nats.mtls and service.instances.',
  subjects: ({ name }) => [{ kind: 'fleet', name }],
  judge: ({ authorities }, { name, environment }, now) => [
    { subject: { kind: 'fleet', name }, ...judgeAll(authorities, environment, now) },
  ],
});

type Verdict = Pick<Judgement, 'status' | 'message' | 'remedy'>;

function judgeAll(
  { trusted, issuing, own }: AuthoritiesEvidence,
  environment: Environment,
  now: Date,
): Omit<Judgement, 'subject'> {
  const all = [...trusted, ...issuing];
  const common = {
    expected: `valid, ${WARN} days left`,
    observed: [...all, own].map(({ subject, notAfter }) => ({ subject, notAfter })),
  };
  if (trusted.length === 0) return { ...common, status: 'fail', message: 'the trust bundle is empty' };
  const verdicts = [
    ...all.map((one) => {
      const signs = issuing.some(({ subject, issuer }) => [subject, issuer].includes(one.subject));
      return signs && hasEnded(one, now) ? ended(one, environment) : judgeAuthority(one, now);
    }),
    judgeOwn(own, now),
  ];
  const worst = ['fail', 'warn'].map((bad) => verdicts.find(({ status }) => status === bad)).find(Boolean);
  if (worst !== undefined) return { ...common, ...worst };
  const least = Math.min(...all.map((one) => daysLeft(dates(one), now)));
  return { ...common, status: 'pass', message: `${all.length} authorities, the first ends in ${least} days` };
}

/** One that stands behind our own certificate: it cannot be rotated any more, for nobody would trust what it signs. */
function ended(facts: CertificateFacts, { platform }: Environment): Verdict {
  const message = `authority ${commonName(facts)} ended ${dates(facts).notAfter.toISOString()}, and all that it signed with it`;
  if (platform === 'embedded') return { status: 'fail', message, remedy: AFTER_ITS_END_EMBEDDED };
  return { status: 'fail', message: `${message}: ${AFTER_ITS_END}` };
}

function hasEnded(facts: CertificateFacts, now: Date): boolean {
  return lifeOf(dates(facts), now) === 'ended';
}

function judgeAuthority(facts: CertificateFacts, now: Date): Verdict {
  const left = daysLeft(dates(facts), now);
  const who = `authority ${commonName(facts)}`;
  const remedy = ['gsys tls rotate ca'];
  if (!facts.authority) return { status: 'fail', message: `${who} is no authority`, remedy };
  if (lifeOf(dates(facts), now) === 'not yet valid')
    return { status: 'fail', message: `${who} is not valid before ${dates(facts).notBefore.toISOString()}` };
  if (hasEnded(facts, now))
    return { status: 'fail', message: `${who} has ended ${dates(facts).notAfter.toISOString()}`, remedy };
  if (left < FAIL) return { status: 'fail', message: `${who} ends in ${left} days`, remedy };
  if (left < WARN) return { status: 'warn', message: `${who} ends in ${left} days`, remedy };
  return { status: 'pass', message: `${left} days left` };
}

function judgeOwn(facts: CertificateFacts, now: Date): Verdict {
  const life = lifeOf(dates(facts), now);
  const left = `our own certificate has ${daysLeft(dates(facts), now)} days left`;
  const remedy = ['gsys tls issue'];
  if (life === 'ended') return { status: 'fail', message: 'our own certificate has ended', remedy };
  if (life === 'not yet valid') return { status: 'fail', message: 'our own certificate is not valid yet' };
  if (life === 'due' || life === 'overdue') return { status: 'warn', message: left, remedy };
  return { status: 'pass', message: left };
}

/** Replayed evidence has its dates as text. */
function dates({ notBefore, notAfter }: CertificateFacts) {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function commonName({ subject }: CertificateFacts): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? subject;
}
