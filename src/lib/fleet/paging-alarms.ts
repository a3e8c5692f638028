import type { AlarmDefinition } from './alarms.ts';
import {
  type AlarmActions,
  alarmsOf,
  fleetAlarms,
  madeBy,
  toldTo,
  topicArn,
  type Watching,
} from './alarms.ts';
import type { Fleet, Service } from './fleet.ts';

/** The one alarm of a service, or of the fleet as a whole, that tells anybody: it fires when any of the others does. */
export interface PagingAlarm extends Watching {
  name: string;
  kind: 'paging';
  description: string;
  /** Names of the metric alarms that it looks at. */
  children: string[];
  rule: string;
  actions: AlarmActions;
}

/**
 * Those of services, and of the fleet where all services are meant.
 * @param exists whether CloudWatch has, or will have, an alarm: it takes no rule that names another
 */
export function pagingAlarms(
  fleet: Fleet,
  services: Service[],
  exists: (alarm: AlarmDefinition) => boolean,
): PagingAlarm[] {
  const all = services.length === fleet.services.length;
  return [
    ...services.flatMap((service) => pagingOf(fleet, service, exists)),
    ...(all ? pagingOf(fleet, undefined, exists) : []),
  ];
}

/** None where nothing is watched. @param service undefined means the fleet as a whole */
export function pagingOf(
  fleet: Fleet,
  service: Service | undefined,
  exists: (alarm: AlarmDefinition) => boolean,
): PagingAlarm[] {
  const watched = service === undefined ? fleetAlarms(fleet) : alarmsOf(fleet, [service]);
  const children = watched.filter(exists).map(({ name }) => name);
  if (children.length === 0) return [];
  return [
    {
      name: pagingName(fleet, service),
      ...(service && { service: service.name, ecsService: service.ecsService }),
      kind: 'paging',
      description: madeBy(
        fleet,
        service?.name ?? fleet.name,
        'one of its alarms fires; they tell nobody themselves',
      ),
      children,
      rule: children.map((name) => `ALARM("${name}")`).join(' OR '),
      actions: toldTo([topicArn(fleet.environment)]),
    },
  ];
}

export function pagingName({ name }: Fleet, service: Pick<Service, 'ecsService'> | undefined): string {
  return [name, ...(service ? [service.ecsService] : []), 'paging'].join('-');
}
