import { type CertificateFacts, CLIENT_AUTH, SERVER_AUTH } from '../../pki/inspect.ts';
import { daysLeft, lifeOf } from '../../pki/life.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ListenerEvidence } from '../collectors/nats-listeners.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsCertificates = defineCheck({
  id: 'nats.certificates',
  title: 'served certificates',
  layer: 'nats',
  uses: ['nats-listeners'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'The leaves that client and route port serve now are valid, may be used as server and as client (a route dials and is dialled), and are not near their end: a warning in the last third of their life, when renewal was due and did not happen, a failure in the last tenth (9 days of 90). Shares, not days, so that short-lived leaves are not always late.',
  subjects: natsSubjects,
  judge: ({ 'nats-listeners': listeners }, _fleet, now) => listeners.map((node) => judgeOne(node, now)),
});

function judgeOne({ node, client, route }: ListenerEvidence, now: Date): Judgement {
  const served = [client, route].flatMap((answer) => (answer.ok ? [answer.value.leaf] : []));
  const common = {
    subject: natsSubject({ name: node }),
    expected: 'valid, in the first two thirds of its life, for servers and clients',
    observed: served.map(({ serial, notAfter, fingerprint }) => ({ serial, notAfter, fingerprint })),
  };
  const verdicts = served.map((leaf) => judgeLeaf(leaf, now));
  const worst =
    verdicts.find(({ status }) => status === 'fail') ?? verdicts.find(({ status }) => status === 'warn');
  if (worst !== undefined) return { ...common, ...worst };
  if (served.length < 2)
    return { ...common, status: 'unknown', message: 'not every listener showed its certificate' };
  return { ...common, ...(verdicts[0] as Verdict) };
}

type Verdict = Pick<Judgement, 'status' | 'message'>;

function judgeLeaf({ notBefore, notAfter, usages }: CertificateFacts, now: Date): Verdict {
  // Replayed evidence has its dates as text.
  const validity = { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
  const left = `${daysLeft(validity, now)} days left`;
  const life = lifeOf(validity, now);
  if (life === 'not yet valid')
    return { status: 'fail', message: `is not valid before ${validity.notBefore.toISOString()}` };
  if (life === 'ended') return { status: 'fail', message: `ended ${validity.notAfter.toISOString()}` };
  const lacking = [SERVER_AUTH, CLIENT_AUTH].filter((usage) => !usages.includes(usage));
  if (lacking.length > 0)
    return { status: 'fail', message: `lacks extended key usage ${lacking.join(', ')}` };
  if (life === 'overdue') return { status: 'fail', message: `${left}, renewal is long overdue` };
  if (life === 'due') return { status: 'warn', message: `${left}, renewal is due` };
  return { status: 'pass', message: left };
}
