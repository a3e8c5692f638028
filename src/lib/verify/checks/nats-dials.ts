import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { SystemEvidence } from '../collectors/nats-system.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsDials = defineCheck({
  id: 'nats.dials',
  title: 'route direction',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.mesh'],
  explain:
    'Every node has dialled its peers itself, as its configuration lists all of them. One that was only ever dialled looks well and is not: its routes, or its certificate’s right to be a client, are missing, so that after a restart of the others it stays alone. That a route was dialled says nothing of whether it could be dialled again now: nats.mtls tries that from here.',
  subjects: natsSubjects,
  judge: ({ 'nats-system': nodes }, fleet) =>
    nodes.map((node) => judgeOne(node, fleet.environment.nats.nodes.length)),
});

function judgeOne({ node, answer }: SystemEvidence, size: number): Judgement {
  const common = { subject: natsSubject({ name: node }), expected: 'routes that it has dialled' };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const routes = answer.value.routez.routes ?? [];
  const dialled = new Set(routes.filter(({ did_solicit }) => did_solicit).map(({ remote_id }) => remote_id));
  const told = { ...common, observed: { dialled: dialled.size, routes: routes.length } };
  if (size === 1) return { ...told, status: 'skip', message: 'is the only node' };
  // How many routes there should be, nats.mesh says.
  if (routes.length === 0) return { ...told, status: 'skip', message: 'has no routes: see nats.mesh' };
  if (dialled.size > 0) return { ...told, status: 'pass', message: `has dialled ${dialled.size} peers` };
  const message = 'was dialled by its peers and has dialled none of them: it would not find back alone';
  return { ...told, status: 'warn', message, remedy: [`gsys tls apply-config ${node}`] };
}
