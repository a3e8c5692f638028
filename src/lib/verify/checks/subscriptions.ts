import type { Fleet, Service } from '../../fleet/fleet.ts';
import { isSettled, type LiveConnection } from '../../nats/connections.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ConnectionsEvidence } from '../collectors/nats-connections.ts';
import { connectionsOf, silentNodes } from '../connections-of.ts';
import { serviceSubject } from '../subjects.ts';
import { isScaledToNone } from '../tasks-of.ts';

export const subscriptions = defineCheck({
  id: 'service.subscriptions',
  title: 'subscriptions',
  layer: 'service',
  uses: ['nats-connections', 'services'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.health', 'nats.reach', 'nats.config', 'service.instances'],
  explain:
    'Every connection of every service holds, at its server, a subscription to each endpoint of its service.yaml, in its queue group. A server drops what a user may not, and the task goes on as if nothing were: this is where a lacking permission, a wrong subject and a task of other code are seen while all else looks well. What a connection of the last ten seconds lacks may still come. That requests are answered, service.contract says.',
  subjects: (fleet) => serving(fleet).map(serviceSubject),
  judge: ({ 'nats-connections': connections, services }, fleet, now) =>
    serving(fleet).map((service) =>
      judgeOne(service, connections, fleet, isScaledToNone(services, service), now),
    ),
});

/** The gateway serves HTTP alone. */
function serving({ services }: Fleet): Service[] {
  return services.filter(({ endpoints }) => endpoints.length > 0);
}

function judgeOne(
  service: Service,
  evidence: ConnectionsEvidence,
  fleet: Fleet,
  scaledToNone: boolean,
  now: Date,
): Judgement {
  const wanted = service.endpoints.map((endpoint) => inGroup(endpoint.subject, service));
  const all = connectionsOf(evidence, fleet, service);
  const silent = silentNodes(evidence);
  const lacking = all
    .map((one) => ({ one, lacks: wanted.filter((subject) => !heard(one).includes(subject)) }))
    .filter(({ lacks }) => lacks.length > 0);
  const common = {
    subject: serviceSubject(service),
    expected: wanted,
    observed: all.map((one) => ({ node: one.node, since: one.start, subscriptions: ofServices(one) })),
  };
  const say = (status: Judgement['status'], message: string, blames: string[] = silent): Judgement => ({
    ...common,
    ...{ status, message, blames },
  });
  if (all.length === 0 && scaledToNone) return say('skip', 'is scaled to none');
  const lost = lacking.filter(({ one }) => isSettled(one, now));
  if (lost.length > 0) {
    const subjects = [...new Set(lost.flatMap(({ lacks }) => lacks))];
    const others = [...new Set(lost.flatMap(({ one }) => ofServices(one)))].filter(
      (held) => !wanted.includes(held),
    );
    const instead = others.length > 0 ? `, and has ${others.join(', ')} instead` : '';
    const message = `${lost.length} of ${all.length} connections lack ${subjects.join(', ')}${instead}`;
    const nodes = [...new Set(lost.map(({ one }) => one.node))];
    return {
      ...say('fail', message, [...nodes, ...silent]),
      remedy: lost.every(({ one }) => ofServices(one).length > 0)
        ? otherCode(service)
        : ['gsys tls apply-config', `gsys restart ${service.name}`],
    };
  }
  if (all.length === 0) return say('unknown', 'nobody of it is connected to a node that answers');
  if (lacking.length > 0) return say('unknown', `${lacking.length} connections have just been opened`);
  return say('pass', `${all.length} connections hold all ${wanted.length} endpoints`);
}

/**
 * A task that is refused one of its subjects gives up all of them, and tries again: one that holds some has asked for no
 * more, and no permission would change that.
 */
function otherCode({ name }: Service): string[] {
  return ['gsys releases', `gsys rollback ${name}`];
}

function inGroup(subject: string, { queueGroup }: Service): string {
  return queueGroup === undefined ? subject : `${subject} ${queueGroup}`;
}

/** Without inboxes and discovery, which everybody has. */
function ofServices(connection: LiveConnection): string[] {
  return heard(connection).filter((subject) => subject.startsWith('svc.'));
}

function heard({ subscriptions: held }: LiveConnection): string[] {
  return held.map(({ subject, queue }) => `${subject} ${queue}`.trim());
}
