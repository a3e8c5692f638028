import type { Varz } from '../../nats/system.ts';
import { couldNotBeAsked, defineCheck, findingId, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import type { PastEvidence } from '../collectors/past.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

const ID = 'nats.load';

export const natsLoad = defineCheck({
  id: ID,
  title: 'clients cut off',
  layer: 'nats',
  uses: ['nats-system', 'past'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'Since this check last looked from this machine no node has cut off a client for not reading fast enough, nor a connection that was silent for too long: both lose messages, and a warning says how many. It is said once: the next look compares with this one. Counters are of a server’s whole life, so a first look has nothing to compare with where they are not zero, and a server that was started anew counts from zero.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes, past }) => nodes.map((node) => judgeOne(node, past)),
});

interface Cut {
  server: string;
  slow: number;
  stale: number;
}

function judgeOne({ node, answer }: SystemEvidence, past: PastEvidence): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: 'none since the last look' };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const now = cutOff(answer.value.varz);
  const told = { ...common, observed: now };
  const counted = past[findingId(ID, common.subject)];
  const before = counted?.observed as Cut | undefined;
  if (before === undefined && now.slow + now.stale > 0) {
    const message = `${words(now)} since it started, ${answer.value.varz.start}: the next look tells what is new`;
    return { ...told, status: 'skip', message };
  }
  const since = before?.server === now.server ? before : { slow: 0, stale: 0 };
  const more = { slow: now.slow - since.slow, stale: now.stale - since.stale };
  if (more.slow + more.stale <= 0) return { ...told, status: 'pass', message: 'has cut off nobody' };
  const when = counted === undefined ? '' : ` since ${counted.at}`;
  return { ...told, status: 'warn', message: `has cut off ${words(more)}${when}`, remedy: ['gsys top'] };
}

function cutOff({ server_id, slow_consumers = 0, stale_connections = 0 }: Varz): Cut {
  return { server: server_id, slow: slow_consumers, stale: stale_connections };
}

function words({ slow, stale }: Omit<Cut, 'server'>): string {
  const parts = [
    ...(slow > 0 ? [`${slow} that read too slowly`] : []),
    ...(stale > 0 ? [`${stale} that were silent`] : []),
  ];
  return parts.join(' and ');
}
