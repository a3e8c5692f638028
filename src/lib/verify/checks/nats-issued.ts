import type { CertificateFacts } from '../../pki/inspect.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { Issued } from '../collectors/inventory.ts';
import type { ListenerEvidence } from '../collectors/nats-listeners.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsIssued = defineCheck({
  id: 'nats.issued',
  title: 'served against issued',
  layer: 'nats',
  uses: ['nats-listeners', 'inventory'],
  dependsOn: ['nats.reach', 'nats.mtls', 'ecs.account'],
  explain:
    'Client and route port of every node serve the certificate that was issued to it last, by the inventory. Another one is a warning: a reload that failed, a file that was never brought, or somebody’s own; it works until it ends, which nats.certificates watches. Two ports of a node that serve different ones are a failure: one of its reloads did not take. What clients use, service.identity says.',
  subjects: natsSubjects,
  judge: ({ 'nats-listeners': listeners, inventory }) =>
    listeners.map((listener) => judgeOne(listener, inventory[listener.node])),
});

function judgeOne({ node, client, route }: ListenerEvidence, issued: Issued | undefined): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: issued && { serial: issued.leaf.serial, issuedAt: issued.issuedAt, issuedBy: issued.issuedBy },
  };
  if (!client.ok || !route.ok)
    return {
      ...common,
      status: 'unknown',
      message: 'not every listener showed its certificate',
      observed: null,
    };
  const served = { client: client.value.leaf, route: route.value.leaf };
  const told = { ...common, observed: { client: served.client.serial, route: served.route.serial } };
  const remedy = [`gsys tls distribute ${node}`];
  if (!isSame(served.client, served.route)) {
    const message = 'serves one certificate on its client port and another one on its route port';
    return { ...told, status: 'fail', message, remedy };
  }
  if (issued === undefined) {
    const message = 'the inventory knows of no certificate of it: nobody renews what it serves';
    return { ...told, status: 'warn', message, remedy: ['gsys tls issue', ...remedy] };
  }
  if (isSame(served.client, issued.leaf))
    return { ...told, status: 'pass', message: `serves what was issued ${issued.issuedAt}` };
  const older = new Date(served.client.notBefore) < new Date(issued.leaf.notBefore);
  const message = `serves ${older ? 'an older' : 'another'} certificate than the one issued ${issued.issuedAt} by ${issued.issuedBy}`;
  return { ...told, status: 'warn', message, remedy };
}

function isSame(one: CertificateFacts, other: CertificateFacts): boolean {
  return one.fingerprint === other.fingerprint;
}
