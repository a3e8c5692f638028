import type { Fleet } from '../../fleet/fleet.ts';
import type { Routez } from '../../nats/system.ts';
import { defineCheck, type Judgement } from '../check.ts';
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
  const subject = natsSubject({ name: node });
  const others = fleet.environment.nats.nodes.map(({ name }) => name).filter((name) => name !== node);
  if (!answer.ok) {
    const message = `could not be asked: ${answer.why}`;
    return { subject, status: 'unknown', message, expected: others, observed: answer.fault };
  }
  const { varz, routez } = answer.value;
  const remotes = remotesOf(routez);
  const peers = others.filter((name) => remotes.has(idOf(name, all) ?? name));
  const lost = others.filter((name) => !peers.includes(name));
  const deaf = all.filter(
    (other) => others.includes(other.node) && answers(other) && !knows(other, varz.server_id),
  );
  const common = { subject, expected: others, observed: peers };
  if (lost.length > 0)
    return { ...common, status: 'fail', message: `has no route to ${lost.join(', ')}`, blames: lost };
  if (deaf.length > 0) {
    const names = deaf.map((other) => other.node);
    return { ...common, status: 'fail', message: `${names.join(', ')} has no route to it`, blames: names };
  }
  const extra = new Set([...remotes].filter((id) => id.length === ID_LENGTH)).size - others.length;
  if (extra > 0)
    return {
      ...common,
      status: 'warn',
      message: 'has a route to a server that the definition does not know',
    };
  return { ...common, status: 'pass', message: `routes to all ${others.length} others, and back` };
}

/** Characters of a server's id, a public nkey; names are never that long. */
const ID_LENGTH = 56;

/** Ids and names of the peers: a peer that could not be asked is known by its name alone. */
function remotesOf({ routes = [] }: Routez): Set<string> {
  return new Set(
    routes.flatMap((route) => [route.remote_id, ...(route.remote_name ? [route.remote_name] : [])]),
  );
}

function idOf(name: string, all: SystemEvidence[]): string | undefined {
  const answer = all.find(({ node }) => node === name)?.answer;
  return answer?.ok ? answer.value.varz.server_id : undefined;
}

function answers({ answer }: SystemEvidence): boolean {
  return answer.ok;
}

function knows({ answer }: SystemEvidence, id: string): boolean {
  return answer.ok && remotesOf(answer.value.routez).has(id);
}
