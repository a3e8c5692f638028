import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

/** Milliseconds, as for services: see service.clock. */
const WARN = 500;
const FAIL = 5000;

export const natsClock = defineCheck({
  id: 'nats.clock',
  title: 'clocks of nodes',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'Every node’s clock is within half a second of this machine’s, beyond the time that the answer took; five seconds are a failure: certificates are not valid yet or no longer, and messages expire too soon or too late. Where all nodes are off alike, look at the clock of this machine. An answer that took long hides as much.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes }) => nodes.map(judgeOne),
});

function judgeOne({ node, answer }: SystemEvidence): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: { off: WARN } };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { varz, asked } = answer.value;
  const told = Date.parse(varz.now);
  if (Number.isNaN(told))
    return { ...common, status: 'unknown', message: 'does not tell the time', observed: null };
  // It told its time at some moment while it was asked.
  const ahead = told > asked.to ? told - asked.to : Math.min(0, told - asked.from);
  const off = Math.abs(ahead);
  const status = off > FAIL ? 'fail' : off > WARN ? 'warn' : 'pass';
  const message =
    status === 'pass'
      ? 'tells the right time'
      : `is ${(off / 1000).toFixed(1)} s ${ahead > 0 ? 'ahead' : 'behind'}`;
  return { ...common, status, message, observed: { ahead } };
}
