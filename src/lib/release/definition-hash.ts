import type { Fleet, Service } from '../fleet/fleet.ts';
import { fingerprint } from './plan/fingerprint.ts';
import { serviceSettings } from './service-request.ts';
import { taskDefinitionOf } from './task-definition.ts';

/** In the place of what AWS alone can tell. */
export const UNRESOLVED = { image: 'unknown', tlsSecretArn: 'unknown', redisAuthSecretArn: 'unknown' };

/** Another one whenever the definition wants something else of a service than before; its image is not part of it. */
export function definitionHash(fleet: Fleet, service: Service): string {
  return fingerprint([taskDefinitionOf(fleet, service, UNRESOLVED), serviceSettings(fleet)]);
}
