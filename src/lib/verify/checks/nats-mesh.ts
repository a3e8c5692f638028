import type { Fleet } from '../../fleet/fleet.ts';
import type { Routez } from '../../nats/system.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsMesh = defineCheck({
  id: 'nats.mesh',
  title: 'mesh',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls'],
  explain:
    'Every node has a route to each of the others, and they have one to it: counted by distinct server ids, because pooling makes several connections a peer, and islands count none of them and look green.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes }, fleet) => nodes.map((node) => judgeOne(node, nodes, fleet)),
});

function judgeOne({ node, answer }: SystemEvidence, all: SystemEvidence[], fleet: Fleet): Judgement {
  const names = fleet.environment.nats.nodes.map(({ name }) => name).filter((name) => name !== node);
  const common = { subject: natsSubject({ name: node }), expected: names };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const others = all.filter((other) => names.includes(other.node));
  const remotes = remotesOf(answer.value.routez);
  const peers = others.filter(({ answer: told }) => told.ok && remotes.has(told.value.varz.server_id));
  const silent = others.filter(({ answer: told }) => !told.ok).map((other) => other.node);
  const lost = others.filter((other) => other.answer.ok && !peers.includes(other)).map((other) => other.node);
  const deaf = others
    .filter((other) => !hasRouteTo(answer.value.varz.server_id, other))
    .map((other) => other.node);
  // Routes to servers that did not say who they are: as many of them as there are silent nodes are theirs.
  const unnamed = remotes.size - peers.length;
  const observed = { peers: peers.map((peer) => peer.node), others: unnamed };
  const say = (status: Judgement['status'], message: string, blames: string[] = []): Judgement => ({
    ...common,
    ...{ observed, status, message, blames },
  });
  if (lost.length > 0) return say('fail', `has no route to ${lost.join(', ')}`, lost);
  if (deaf.length > 0) return say('fail', `${deaf.join(', ')} has no route to it`, deaf);
  if (unnamed < silent.length) return say('fail', `has no route to one of ${silent.join(', ')}`, silent);
  if (silent.length > 0)
    return say('unknown', `whether ${silent.join(', ')} has a route to it, nobody says`, silent);
  if (unnamed > 0) return say('warn', 'has a route to a server that the definition does not know');
  return say('pass', `routes to all ${others.length} others, and back`);
}

function remotesOf({ routes = [] }: Routez): Set<string> {
  return new Set(routes.map(({ remote_id }) => remote_id));
}

/** A node that could not be asked is not accused. */
function hasRouteTo(id: string, { answer }: SystemEvidence): boolean {
  return !answer.ok || remotesOf(answer.value.routez).has(id);
}
