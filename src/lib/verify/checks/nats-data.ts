import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { PairsEvidence } from '../collectors/nats-pairs.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsData = defineCheck({
  id: 'nats.data',
  title: 'data between nodes',
  layer: 'nats',
  uses: ['nats-pairs'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.mesh'],
  explain:
    'A message that is sent through each node, in the fleet’s own account, comes out of every other one: routes that are counted and carry nothing, or not this account, are found by nothing else. It crosses empty and at once; a route that is slow, or drops large messages, passes.',
  subjects: natsSubjects,
  judge: ({ 'nats-pairs': { nodes, pairs } }) => nodes.map((node) => judgeOne(node, pairs)),
});

function judgeOne(
  { node, answer }: PairsEvidence['nodes'][number],
  pairs: PairsEvidence['pairs'],
): Judgement {
  const own = pairs.filter(({ from }) => from === node);
  const common = { subject: natsSubject({ name: node }), expected: own.map(({ to }) => to) };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const lost = own.filter(({ arrived }) => !arrived).map(({ to }) => to);
  const told = {
    ...common,
    observed: own.filter(({ arrived }) => arrived).map(({ to }) => to),
    blames: lost,
  };
  if (lost.length > 0)
    return { ...told, status: 'fail', message: `what is sent to it does not come out of ${lost.join(', ')}` };
  // Whom of the others could not be asked says so itself.
  if (own.length === 0) return { ...told, status: 'skip', message: 'there is no other node that could tell' };
  return { ...told, status: 'pass', message: `what is sent to it comes out of ${own.length} others` };
}
