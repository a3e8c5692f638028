import { GsysError } from '../../errors.ts';
import { type AlarmDefinition, definedAlarms } from '../../fleet/alarms.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { type PagingAlarm, pagingAlarms } from '../../fleet/paging-alarms.ts';

/**
 * The paging alarms that a person means: by name, by service, or by the fleet's name.
 * @throws GsysError USAGE for an alarm that pages nobody, or that the definition does not have
 */
export function pagingNamed(fleet: Fleet, names: string[]): string[] {
  return [...new Set(names.map((name) => pagingOne(fleet, name)))];
}

function pagingOne(fleet: Fleet, name: string): string {
  const found = alarmNamed(fleet, name);
  if (found.kind === 'paging') return found.name;
  const pager = pagingAlarms(fleet, fleet.services, () => true).find(({ children }) =>
    children.includes(found.name),
  );
  throw new GsysError('USAGE', `${name} tells nobody by itself: ${pager?.name} pages for it`, {
    ...(pager && { next: `name ${pager.name}` }),
  });
}

/**
 * An alarm of the definition: by name; a service, or the fleet, means its paging alarm.
 * @throws GsysError USAGE
 */
export function alarmNamed(fleet: Fleet, name: string): PagingAlarm | AlarmDefinition {
  const paging = pagingAlarms(fleet, fleet.services, () => true);
  const found =
    paging.find((one) => [one.name, one.service ?? fleet.name, one.ecsService].includes(name)) ??
    definedAlarms(fleet, fleet.services).find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new GsysError('USAGE', `the definition has no alarm ${JSON.stringify(name)}`, {
    next: 'gsys alarms list',
  });
}
