import type { Fleet, Service } from '../fleet/fleet.ts';
import { mappedGenerations } from '../fleet/generations.ts';
import { natsUser, OPERATOR } from '../fleet/identity.ts';
import { subjectMatches } from '../fleet/subjects.ts';

/** What one user of the fleet's account may do. */
export interface UserPermissions {
  user: string;
  publish: string[];
  /** A subject, or a subject and the queue group it may be subscribed in: `svc.settings.v1.get q.settings`. */
  subscribe: string[];
  /** Replies to one request, and for how long: to whatever subject the request named. */
  responses: { max: number; seconds: number } | undefined;
}

/** Every user of the fleet's account, from the definition and the generations that are mapped. */
export function fleetUsers(fleet: Pick<Fleet, 'name' | 'services' | 'generations'>): UserPermissions[] {
  const mapped = (holder: string, permissions: UserPermissions) =>
    mappedGenerations(fleet, holder).map((generation) => ({
      ...permissions,
      user: natsUser(fleet.name, holder, generation),
    }));
  return [
    ...mapped(OPERATOR, operatorPermissions(fleet.name)),
    ...fleet.services.flatMap((service) =>
      mapped(service.name, servicePermissions(service, callersOf(service, fleet.services))),
    ),
  ];
}

/** The inbox prefix of a holder: no two share one, so nobody reads another's replies. */
export function inboxPrefix(holder: string): string {
  return `_INBOX_${holder}`;
}

/**
 * @param callers names of the services that call it. It may publish to their inboxes: a reload makes a server forget
 * whom it has let answer what, and answers that are on their way would be lost (docs/decisions/answers-and-reloads.md)
 */
export function servicePermissions(service: Service, callers: string[] = []): UserPermissions {
  const inbox = `${inboxPrefix(service.name)}.>`;
  return {
    user: service.user,
    publish: [
      ...service.calls,
      ...service.publishes,
      ...(service.discovers ? ['$SRV.>'] : []),
      inbox,
      ...callers.map((caller) => `${inboxPrefix(caller)}.>`),
      ...jetStreamSubjects(service),
      ...service.state.kv.map((bucket) => `$KV.${bucket}.>`),
    ],
    subscribe: [
      ...service.endpoints.map((endpoint) => inGroup(endpoint.subject, service)),
      ...(service.callbacks ? [`cb.${service.name}.>`] : []),
      inbox,
      '$SRV.>',
    ],
    responses: responses(service),
  };
}

/** Names, sorted. Pure. */
function callersOf({ name, endpoints }: Service, services: Service[]): string[] {
  return services
    .filter(
      (other) =>
        other.name !== name &&
        other.calls.some((call) => endpoints.some(({ subject }) => subjectMatches(call, subject))),
    )
    .map((other) => other.name);
}

function operatorPermissions(fleet: string): UserPermissions {
  return {
    user: natsUser(fleet, OPERATOR),
    /** Events: to replay one. */
    publish: ['svc.>', 'evt.>', '$SRV.>', '$JS.API.>', '$JS.ACK.>', '$JS.FC.>'],
    subscribe: [`${inboxPrefix(OPERATOR)}.>`, 'evt.>', 'dlq.>'],
    responses: undefined,
  };
}

function inGroup(subject: string, { queueGroup }: Service): string {
  return queueGroup === undefined ? subject : `${subject} ${queueGroup}`;
}

/** A stream is cut off here, so that one request cannot make a service send without end. */
const MAX_STREAM_MESSAGES = 1000;
/** Seconds: for answers to $SRV.PING and the like, which no endpoint's timeout covers. */
const LEAST_RESPONSE_TIME = 5;
/**
 * Seconds. The server counts from when it has sent the request, a task from when it has read it: one that is busy would
 * be refused its answer that the time is over, and its caller told nothing.
 */
const LATE = 30;

function responses({ endpoints }: Service): UserPermissions['responses'] {
  return {
    max: endpoints.some((endpoint) => endpoint.streaming) ? MAX_STREAM_MESSAGES : 1,
    seconds:
      LATE + Math.ceil(Math.max(LEAST_RESPONSE_TIME, ...endpoints.map((endpoint) => endpoint.timeout))),
  };
}

function jetStreamSubjects({ state, consumes, publishes }: Service): string[] {
  const owned = [...state.kv.map((bucket) => `KV_${bucket}`), ...state.stream];
  /** Which stream holds a subject: clients ask before they bind to one, services whether their events are kept. */
  const names = '$JS.API.STREAM.NAMES';
  if (owned.length === 0 && consumes.length === 0) return publishes.length === 0 ? [] : [names];
  return [
    '$JS.API.INFO',
    names,
    /** Flow control of push consumers: KV watches are made of them. */
    '$JS.FC.>',
    ...owned.flatMap(ownedStream),
    ...consumes.flatMap(({ stream, durable }) =>
      durable === '*' ? consumersOf(stream) : consumedStream(stream, durable),
    ),
  ];
}

/** A bucket or stream of the service's own: it makes it, reads it, cleans it, and never deletes it. */
function ownedStream(stream: string): string[] {
  return [
    ...['CREATE', 'INFO', 'UPDATE', 'PURGE', 'MSG.GET', 'MSG.DELETE'].map(
      (verb) => `$JS.API.STREAM.${verb}.${stream}`,
    ),
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.DIRECT.GET.${stream}.>`,
    /** Servers before 2.9 and clients of theirs name the stream alone, later ones the consumer after it. */
    `$JS.API.CONSUMER.CREATE.${stream}`,
    ...['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.>`),
    `$JS.ACK.${stream}.>`,
  ];
}

/** A durable consumer of somebody's stream. */
function consumedStream(stream: string, durable: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.${durable}`,
    `$JS.API.CONSUMER.CREATE.${stream}.${durable}.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`,
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}

/** Consumers that a service makes for others, removes again, and takes from. */
function consumersOf(stream: string): string[] {
  return [
    `$JS.API.STREAM.INFO.${stream}`,
    ...['CREATE', 'DURABLE.CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map(
      (verb) => `$JS.API.CONSUMER.${verb}.${stream}.>`,
    ),
    `$JS.ACK.${stream}.>`,
  ];
}
