import { defineCheck, type Judgement } from '../check.ts';
import type { StrangerEvidence } from '../collectors/nats-strangers.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

/** No certificate, a foreign one, plaintext; on two ports. */
const TRIES = 6;

export const natsStrangers = defineCheck({
  id: 'nats.strangers',
  title: 'mTLS keeps strangers out',
  layer: 'nats',
  uses: ['nats-strangers'],
  dependsOn: ['nats.reach'],
  explain:
    'Client and route port refuse whoever has no certificate, one of another authority, or no TLS: by an alert, by closing, or by never saying PONG. What the server says of its own configuration is not asked.',
  subjects: natsSubjects,
  judge: ({ 'nats-strangers': nodes }) => nodes.map(judgeOne),
});

function judgeOne({ node, tries }: StrangerEvidence): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: 'refused',
    observed: Object.fromEntries(
      tries.map(({ listener, stranger, answer }) => [
        `${listener}, ${stranger}`,
        answer.ok ? (answer.value.refused ? 'refused' : answer.value.how) : answer.why,
      ]),
    ),
  };
  const inside = tries.filter(({ answer }) => answer.ok && !answer.value.refused);
  if (inside.length > 0) {
    const who = inside.map(({ listener, stranger }) => `${stranger} on the ${listener} port`).join(', ');
    const remedy = [`gsys tls apply-config ${node} --restart`];
    return { ...common, status: 'fail', message: `lets strangers in: ${who}`, remedy };
  }
  const unasked = tries.find(({ answer }) => !answer.ok)?.answer;
  if (unasked?.ok === false)
    return { ...common, status: 'unknown', message: `could not be asked: ${unasked.why}` };
  if (tries.length < TRIES)
    return { ...common, status: 'unknown', message: `was asked ${tries.length} times of ${TRIES}` };
  return { ...common, status: 'pass', message: 'refuses no certificate, a foreign one, and plaintext' };
}
