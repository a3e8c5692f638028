import type { Fleet, Service } from '../fleet/fleet.ts';
import { OPERATOR } from '../fleet/identity.ts';
import { subjectMatches } from '../fleet/subjects.ts';
import { inboxPrefix, type UserPermissions } from './permissions.ts';

/** Something that a user does to see whether the server lets it. None of it reaches anybody who is at work. */
export interface PermissionTry {
  act: 'publish' | 'subscribe';
  subject: string;
  queue?: string;
  expected: 'allowed' | 'refused';
}

/** A token that is in no subject of anybody's. */
const NOBODY = 'gsys-try';

/**
 * What can be tried of a user's permissions without a trace. Allowed: its inbox, discovery, callbacks, and questions to
 * JetStream that name no place for the answer. Its calls, events and buckets would be real ones, and its own subjects
 * in its own queue group would take real requests away: those are not tried. Refused: what belongs to others.
 * @param service undefined for the operator
 */
export function permissionTries(
  own: UserPermissions,
  service: Service | undefined,
  { services }: Pick<Fleet, 'services'>,
): PermissionTry[] {
  const holder = service?.name ?? OPERATOR;
  const other = service === undefined ? services[0] : services.find(({ name }) => name !== holder);
  const inbox = `${inboxPrefix(holder)}.${NOBODY}`;
  const stranger = inboxPrefix(service === undefined ? (other?.name ?? NOBODY) : OPERATOR);
  const publish = (subject: string): PermissionTry[] =>
    mayPublish(own, subject) ? [] : [{ act: 'publish', subject, expected: 'refused' }];
  const subscribe = (subject: string, queue?: string): PermissionTry[] =>
    maySubscribe(own, subject, queue)
      ? []
      : [{ act: 'subscribe', subject, expected: 'refused', ...(queue !== undefined && { queue }) }];
  const allowed = [
    { act: 'subscribe', subject: `${inbox}.>` },
    { act: 'publish', subject: inbox },
    { act: 'subscribe', subject: `$SRV.PING.${NOBODY}` },
    { act: 'publish', subject: `$SRV.PING.${NOBODY}` },
    ...(service?.callbacks ? [{ act: 'subscribe', subject: `cb.${holder}.${NOBODY}` } as const] : []),
    ...own.publish.filter(isQuestion).map((subject) => ({ act: 'publish', subject }) as const),
  ].filter(({ act, subject }) => (act === 'publish' ? mayPublish(own, subject) : maySubscribe(own, subject)));
  return [
    ...allowed.map((one) => ({ ...one, expected: 'allowed' }) as PermissionTry),
    ...publish(`${stranger}.${NOBODY}`),
    ...publish(`svc.${NOBODY}.v1.${NOBODY}`),
    ...(other === undefined ? [] : publish(`svc.${other.name}.v1.${NOBODY}`)),
    ...publish(`$KV.${NOBODY}.${NOBODY}`),
    ...publish(`$JS.API.STREAM.DELETE.${NOBODY}`),
    ...publish(`$SYS.REQ.${NOBODY}`),
    ...subscribe('>'),
    ...subscribe(`${stranger}.>`),
    ...subscribe('svc.>'),
    ...(other?.endpoints.slice(0, 1) ?? []).flatMap(({ subject }) => subscribe(subject)),
    ...(service?.endpoints ?? []).flatMap(({ subject }) => [
      ...subscribe(subject),
      ...subscribe(subject, NOBODY),
    ]),
  ];
}

/** JetStream answers these to whoever names a place for the answer, and changes nothing. */
function isQuestion(subject: string): boolean {
  return /^\$JS\.API\.(INFO|STREAM\.NAMES|STREAM\.INFO\.[^.*>]+)$/.test(subject);
}

function mayPublish({ publish }: UserPermissions, subject: string): boolean {
  return publish.some((allowed) => subjectMatches(allowed, subject));
}

/** An entry with a queue group allows that group alone. */
function maySubscribe({ subscribe }: UserPermissions, subject: string, queue?: string): boolean {
  return subscribe.some((entry) => {
    const [allowed = '', group] = entry.split(' ');
    return (group === undefined || group === queue) && covers(allowed, subject);
  });
}

/** Whether a filter takes in all that another one does. */
function covers(filter: string, other: string): boolean {
  if (!other.endsWith('>')) return subjectMatches(filter, other);
  return filter === other || (filter.endsWith('>') && subjectMatches(filter, other));
}
