import { type CertificateFacts, CLIENT_AUTH, SERVER_AUTH } from '../../pki/inspect.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ListenerEvidence } from '../collectors/nats-listeners.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

const DAY = 24 * 60 * 60_000;
/** Of a certificate's life. Renewal is due at two thirds; a tenth is left to mend what kept it from happening. */
const WARN_AFTER = 2 / 3;
const FAIL_AFTER = 9 / 10;

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
  const [from, to] = [new Date(notBefore).getTime(), new Date(notAfter).getTime()];
  const left = `${Math.floor((to - now.getTime()) / DAY)} days left`;
  const lived = (now.getTime() - from) / (to - from);
  if (lived < 0) return { status: 'fail', message: `is not valid before ${new Date(from).toISOString()}` };
  if (lived >= 1) return { status: 'fail', message: `ended ${new Date(to).toISOString()}` };
  const lacking = [SERVER_AUTH, CLIENT_AUTH].filter((usage) => !usages.includes(usage));
  if (lacking.length > 0)
    return { status: 'fail', message: `lacks extended key usage ${lacking.join(', ')}` };
  if (lived >= FAIL_AFTER) return { status: 'fail', message: `${left}, renewal is long overdue` };
  if (lived >= WARN_AFTER) return { status: 'warn', message: `${left}, renewal is due` };
  return { status: 'pass', message: left };
}
