import { defineCheck, type Judgement } from '../check.ts';
import type { MonitorEvidence } from '../collectors/nats-monitors.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsMonitoring = defineCheck({
  id: 'nats.monitoring',
  title: 'monitoring is closed',
  layer: 'nats',
  uses: ['nats-monitors'],
  dependsOn: ['nats.reach'],
  explain:
    'The monitoring port of each node takes no connection from here: it asks nobody who they are, and tells every subject, user and address to whoever comes. On the node itself it listens on loopback, so a node on this very machine is skipped. Only the port of the definition is tried, and only from where verify runs: --in-vpc tries from within the network.',
  subjects: natsSubjects,
  judge: ({ 'nats-monitors': nodes }) => nodes.map(judgeOne),
});

function judgeOne({ node, here, answer }: MonitorEvidence): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: 'closed' };
  if (here) return { ...common, status: 'skip', message: 'is on this machine', observed: null };
  if (answer.ok) {
    const message = 'its monitoring port takes connections from here: it tells everything to anybody';
    return {
      ...common,
      status: 'fail',
      message,
      observed: 'open',
      remedy: [`gsys tls apply-config ${node} --restart`],
    };
  }
  const told = { ...common, observed: answer.fault };
  return answer.fault === 'dns'
    ? { ...told, status: 'unknown', message: `could not be tried: ${answer.why}` }
    : { ...told, status: 'pass', message: `its monitoring port takes nobody in: ${answer.why}` };
}
