import type { Fleet, Service } from '../../fleet/fleet.ts';
import { newestGeneration } from '../../fleet/generations.ts';
import { natsUser } from '../../fleet/identity.ts';
import { daysLeft, lifeOf } from '../../pki/life.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { Issued } from '../collectors/inventory.ts';
import type { ConnectionsEvidence } from '../collectors/nats-connections.ts';
import { connectionsOf, silentNodes } from '../connections-of.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone } from '../tasks-of.ts';

export const identity = defineCheck({
  id: 'service.identity',
  title: 'identity',
  layer: 'service',
  uses: ['nats-connections', 'inventory', 'generations', 'services'],
  dependsOn: ['ecs.account', 'ecs.inventory', 'ecs.running', 'ecs.health', 'nats.reach', 'service.instances'],
  explain:
    'The certificate that was issued to each service last is valid and not near its end, by the same shares of its life as those of nodes; and every connection of the service was made with that one, as the user of its newest generation, by the server’s own word. One made with another certificate is a warning: it was issued before, and works until it ends or its authority goes. A connection outlives its certificate: what has ended is seen by the next one that is opened, so the dates count here and not the connection.',
  subjects: serviceSubjects,
  judge: ({ 'nats-connections': connections, inventory, generations, services }, fleet, now) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        inventory[service.name],
        connections,
        { ...fleet, generations },
        {
          scaledToNone: isScaledToNone(services, service),
          now,
        },
      ),
    ),
});

function judgeOne(
  service: Service,
  issued: Issued | undefined,
  evidence: ConnectionsEvidence,
  fleet: Fleet,
  { scaledToNone, now }: { scaledToNone: boolean; now: Date },
): Judgement {
  const user = natsUser(fleet.name, service.name, newestGeneration(fleet, service.name));
  const all = connectionsOf(evidence, fleet, service);
  const silent = silentNodes(evidence);
  const common = {
    subject: serviceSubject(service),
    expected: { user, certificate: issued?.leaf.fingerprint },
    observed: all.map((one) => ({ node: one.node, user: one.user, certificate: one.leaf })),
    blames: silent,
  };
  const say = (status: Judgement['status'], message: string, ...remedy: string[]): Judgement => ({
    ...common,
    ...{ status, message },
    ...(remedy.length > 0 && { remedy }),
  });
  const issue = ['gsys tls issue', `gsys tls distribute ${service.name}`];
  if (issued === undefined)
    return say('warn', 'the inventory knows of no certificate of it: nobody renews what it uses', ...issue);
  const validity = { notBefore: new Date(issued.leaf.notBefore), notAfter: new Date(issued.leaf.notAfter) };
  const life = lifeOf(validity, now);
  const left = `its certificate has ${daysLeft(validity, now)} days left`;
  if (life === 'ended')
    return say('fail', `its certificate ended ${validity.notAfter.toISOString()}`, ...issue);
  if (life === 'not yet valid')
    return say('fail', `its certificate is not valid before ${validity.notBefore.toISOString()}`);
  if (life === 'overdue') return say('fail', `${left}, renewal is long overdue`, ...issue);
  const fingerprint = issued.leaf.fingerprint.replaceAll(':', '').toLowerCase();
  const other = all.filter((one) => one.leaf !== fingerprint);
  const former = all.filter((one) => one.user !== user);
  const distribute = `gsys tls distribute ${service.name}`;
  if (former.length > 0)
    return say(
      'warn',
      `${former.length} of ${all.length} connections are those of ${former[0]?.user}`,
      distribute,
    );
  if (other.length > 0)
    return say(
      'warn',
      `${other.length} of ${all.length} connections have another certificate than the one issued ${issued.issuedAt}`,
      distribute,
    );
  if (life === 'due') return say('warn', `${left}, renewal is due`, ...issue);
  if (all.length === 0 && scaledToNone) return say('skip', 'is scaled to none');
  if (all.length === 0) return say('unknown', 'nobody of it is connected to a node that answers');
  if (silent.length > 0) return say('unknown', `who of it is connected to ${silent.join(', ')}, nobody says`);
  return say(
    'pass',
    `${all.length} connections with what was issued; ${left.replace('its certificate has ', '')}`,
  );
}
