import { GsysError } from '../errors.ts';
import type { Fleet, Service } from './fleet.ts';

/**
 * The services that a person named, by folder or by ECS service; all of them when none is named.
 * @throws GsysError UNKNOWN_SERVICE
 */
export function chooseServices(fleet: Fleet, names: string[]): Service[] {
  if (names.length === 0) return fleet.services;
  const unknown = names.filter((name) => !fleet.services.some((service) => isCalled(service, name)));
  if (unknown.length > 0) {
    throw new GsysError('UNKNOWN_SERVICE', `there is no service ${unknown.join(', ')} in ${fleet.name}`, {
      next: 'gsys service list',
    });
  }
  return fleet.services.filter((service) => names.some((name) => isCalled(service, name)));
}

function isCalled(service: Service, name: string): boolean {
  return service.name === name || service.ecsService === name;
}
