import type { Fleet } from '../../fleet/fleet.ts';
import { natsUser, SYSTEM } from '../../fleet/identity.ts';
import type { NodeConnections } from '../../nats/connections.ts';
import { isSettled } from '../../nats/connections.ts';
import { fleetUsers } from '../../nats/permissions.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsClients = defineCheck({
  id: 'nats.clients',
  title: 'who is connected',
  layer: 'nats',
  uses: ['nats-connections', 'generations'],
  dependsOn: ['nats.reach', 'nats.mtls', 'ecs.account'],
  explain:
    'By the server’s own word, every client that is connected to a node came with a certificate and is a user that the definition has, of a generation that is not revoked. Whoever came in before a revocation or before plaintext was forbidden, and stayed, is found here; connections of the system account are the operator’s. What clients did before they left is in the server’s log alone.',
  subjects: natsSubjects,
  judge: ({ 'nats-connections': nodes, generations }, fleet, now) => {
    const known = usersOf({ ...fleet, generations });
    return nodes.map((node) => judgeOne(node, known, now));
  },
});

function judgeOne({ node, ...told }: NodeConnections, known: Set<string>, now: Date): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: 'users of the definition, by certificate',
  };
  if (told.connections === undefined)
    return {
      ...common,
      status: 'unknown',
      message: `could not be asked: ${'why' in told ? told.why : ''}`,
      observed: null,
    };
  const { connections } = told;
  // Somebody who has just come may still be shaking hands, or about to be refused: our own strangers are.
  const bare = connections.filter((one) => one.leaf === undefined && isSettled(one, now));
  const strange = connections.filter(({ leaf, user }) => leaf !== undefined && !known.has(user));
  const wrong = [
    ...bare.map(({ name, cid }) => `${name || 'somebody'} (connection ${cid}) without a certificate`),
    ...strange.map(({ name, cid, user }) => `${user || name || 'nobody'} (connection ${cid})`),
  ];
  const observed = [...bare, ...strange].map(({ cid, name, user, start }) => ({ cid, name, user, start }));
  if (wrong.length === 0)
    return { ...common, status: 'pass', message: `${connections.length} clients, all known`, observed };
  const remedy = [`gsys tls apply-config ${node} --restart`];
  return { ...common, status: 'fail', message: `has let in ${wrong.join(', ')}`, observed, remedy };
}

function usersOf(fleet: Fleet): Set<string> {
  return new Set([...fleetUsers(fleet).map(({ user }) => user), natsUser(fleet.name, SYSTEM)]);
}
