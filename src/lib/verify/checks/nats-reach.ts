import type { Fleet } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ListenerEvidence } from '../collectors/nats-listeners.ts';
import { localRemedy } from '../local-remedy.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsReach = defineCheck({
  id: 'nats.reach',
  title: 'reach',
  layer: 'nats',
  uses: ['nats-listeners'],
  dependsOn: [],
  explain:
    'Every node of the definition answers INFO on its own address, with its own name, the cluster’s name and an id that no other has. A load balancer before them would hide the dead ones.',
  subjects: natsSubjects,
  judge: ({ 'nats-listeners': listeners }, fleet) =>
    listeners.map((node) => judgeOne(node, listeners, fleet)),
});

function judgeOne(node: ListenerEvidence, all: ListenerEvidence[], fleet: Fleet): Judgement {
  const subject = natsSubject({ name: node.node });
  const expected = { name: node.node, cluster: fleet.nats.cluster };
  if (!node.announced.ok) {
    const { fault, why } = node.announced;
    const message = `${fault}: ${why}`;
    return { subject, status: 'fail', message, expected, observed: fault, ...localRemedy(fleet.environment) };
  }
  const { serverName, serverId, cluster } = node.announced.value;
  const observed = { name: serverName, cluster, id: serverId };
  const twin = all.find(
    ({ node: name, announced }) =>
      name !== node.node && announced.ok && announced.value.serverId === serverId,
  );
  const wrong = [
    ...(serverName === node.node ? [] : [`calls itself ${serverName}`]),
    ...(cluster === fleet.nats.cluster ? [] : [`is of cluster ${cluster ?? 'none'}`]),
    ...(twin === undefined ? [] : [`is the same server as ${twin.node}`]),
  ];
  return wrong.length > 0
    ? {
        ...{ subject, status: 'fail', message: wrong.join(', '), expected, observed },
        remedy: [`gsys tls apply-config ${node.node}`],
      }
    : { subject, status: 'pass', message: 'answers', expected, observed };
}
