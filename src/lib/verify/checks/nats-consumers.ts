import type { Fleet, Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { type StreamView, viewsOf } from '../stream-views.ts';
import { serviceSubject } from '../subjects.ts';
import { isScaledToNone } from '../tasks-of.ts';

/** Messages that wait, and that are delivered again: more than a busy moment has. */
const MANY_WAITING = 1000;
const MANY_AGAIN = 10;
/** Milliseconds that nothing was taken while something waits. */
const STUCK = 5 * 60_000;
/** Milliseconds that a message waits in passing. */
const IN_PASSING = 60_000;

export const natsConsumers = defineCheck({
  id: 'nats.consumers',
  title: 'consumers',
  layer: 'nats',
  uses: ['nats-system', 'services'],
  dependsOn: [
    'nats.reach',
    'nats.mtls',
    'nats.storage',
    'nats.meta',
    'nats.streams',
    'ecs.inventory',
    'ecs.running',
  ],
  explain:
    'Every durable consumer that a service.yaml names is there and has a leader, and the service keeps up: work that waits while nothing was taken for five minutes is a failure, a thousand waiting messages or ten that are delivered again and again are warnings. Consumers that a service makes for others are judged where they exist; that one of those is missing, nobody knows but the service. A consumer that keeps up may still do the wrong thing with what it takes.',
  subjects: (fleet) => consumersIn(fleet).map(serviceSubject),
  judge: ({ 'nats-system': nodes, services }, fleet, now) => {
    const views = nodes.flatMap((seen) => viewsOf(seen, fleet.nats.accounts.fleet));
    const silent = nodes.filter(({ answer }) => !answer.ok).map(({ node }) => node);
    return consumersIn(fleet).map((service) => ({
      ...judgeOne(service, views, silent, isScaledToNone(services, service), now),
      blames: [...service.consumes.map(({ stream }) => stream), ...silent],
    }));
  },
});

/** Those that take from a stream. */
function consumersIn({ services }: Fleet): Service[] {
  return services.filter(({ consumes }) => consumes.length > 0);
}

interface Consumer {
  stream: string;
  name: string;
  leader: string | undefined;
  waiting: number;
  unacknowledged: number;
  again: number;
  /** Milliseconds since it delivered something, or was made. */
  idle: number;
  /** Milliseconds since something was stored in its stream. */
  age: number;
}

function judgeOne(
  service: Service,
  views: StreamView[],
  silent: string[],
  scaledToNone: boolean,
  now: Date,
): Judgement {
  const { consumes } = service;
  const named = consumes.filter(({ durable }) => durable !== '*');
  const found = consumes.flatMap((one) => consumersOf(one, views, now));
  const common = {
    subject: serviceSubject(service),
    expected: named.map(({ stream, durable }) => `${durable} of ${stream}`),
    observed: found,
  };
  const say = (status: Judgement['status'], message: string): Judgement => ({
    ...common,
    ...{ status, message },
    ...(status !== 'pass' && status !== 'skip' && { remedy: [`gsys logs ${service.name}`] }),
  });
  const lost = named.filter(({ stream, durable }) => !isThere(found, stream, durable));
  if (lost.length > 0) {
    const names = lost.map(({ stream, durable }) => `${durable} of ${stream}`).join(', ');
    if (scaledToNone) return say('skip', `is scaled to none, and ${names} is not there yet`);
    if (silent.length > 0) return say('unknown', `${names} is on no node that answers`);
    return say('fail', `there is no consumer ${names}: nobody takes that work`);
  }
  const headless = found.filter(({ leader }) => leader === undefined);
  if (headless.length > 0) return say('fail', `${list(headless)} has no leader: it delivers nothing`);
  const stuck = found.filter(
    ({ waiting, idle, age }) => waiting > 0 && idle > STUCK && (age > IN_PASSING || waiting >= MANY_WAITING),
  );
  if (stuck.length > 0)
    return say('fail', `${stuck.map(waitingWords).join(', ')}, and nothing was taken for 5 minutes`);
  const late = found.filter(({ waiting }) => waiting >= MANY_WAITING);
  if (late.length > 0) return say('warn', late.map(waitingWords).join(', '));
  const again = found.filter((one) => one.again >= MANY_AGAIN);
  if (again.length > 0)
    return say(
      'warn',
      again.map((one) => `${one.again} messages of ${nameOf(one)} are delivered again`).join(', '),
    );
  return say('pass', `${found.length} consumers keep up`);
}

function consumersOf(
  { stream, durable }: Service['consumes'][number],
  views: StreamView[],
  now: Date,
): Consumer[] {
  const seen = views
    .filter(({ state }) => state.name === stream)
    .flatMap(({ node, consumers, lastAt }) => consumers.map((consumer) => ({ node, consumer, lastAt })))
    .filter(({ consumer }) => durable === '*' || consumer.name === durable);
  return [...new Set(seen.map(({ consumer }) => consumer.name))].map((name) => {
    const own = seen.filter(({ consumer }) => consumer.name === name);
    // Only its leader knows the numbers.
    const led = own.find(
      ({ node, consumer }) => consumer.cluster === undefined || consumer.cluster.leader === node,
    );
    const { consumer, lastAt } = led ?? (own[0] as (typeof own)[number]);
    const since = (times: (string | undefined)[]) =>
      now.getTime() - Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
    return {
      ...{ stream, name },
      leader: consumer.cluster === undefined ? 'itself' : consumer.cluster.leader || undefined,
      waiting: led === undefined ? 0 : consumer.num_pending,
      unacknowledged: led === undefined ? 0 : consumer.num_ack_pending,
      again: led === undefined ? 0 : consumer.num_redelivered,
      idle: since([consumer.delivered?.last_active, consumer.created]),
      age: since([lastAt]),
    };
  });
}

function isThere(found: Consumer[], stream: string, durable: string): boolean {
  return found.some((one) => one.stream === stream && one.name === durable);
}

function waitingWords(one: Consumer): string {
  return `${one.waiting} messages wait for ${nameOf(one)}`;
}

function list(consumers: Consumer[]): string {
  return consumers.map(nameOf).join(', ');
}

function nameOf({ stream, name }: Consumer): string {
  return `${name} of ${stream}`;
}
