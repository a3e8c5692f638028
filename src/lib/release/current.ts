import type { ServiceState } from '../aws/ecs.ts';
import type { RegisteredDefinition } from '../aws/ecs-changes.ts';
import { GsysError } from '../errors.ts';
import type { Service } from '../fleet/fleet.ts';
import type { ReleaseSources } from './sources.ts';

/** What a service runs now. */
export interface Current {
  service: Service;
  state: ServiceState;
  definition: RegisteredDefinition;
  imageDigest: string;
}

/**
 * What these services run, for changes that leave their code alone.
 * @throws GsysError RELEASE_FAILED naming those that are not there
 */
export async function currentOf(
  services: Service[],
  { ecs, changes }: Pick<ReleaseSources, 'ecs' | 'changes'>,
): Promise<Current[]> {
  const { services: states } = await ecs.describeServices(services.map(({ ecsService }) => ecsService));
  const found = await Promise.all(
    services.map(async (service) => {
      const state = states.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE');
      const definition = state && (await changes.taskDefinition(state.taskDefinition));
      return (
        state && definition && { service, state, definition, imageDigest: digestIn(definition, service) }
      );
    }),
  );
  const missing = services.filter((_, i) => found[i] === undefined).map(({ name }) => name);
  if (missing.length > 0)
    throw new GsysError('RELEASE_FAILED', `ECS does not run ${missing.join(', ')}`, {
      next: `gsys deploy ${missing.join(' ')}`,
    });
  return found.flatMap((one) => one ?? []);
}

/** Of `repositoryUri@sha256:…`. */
export function digestIn(definition: RegisteredDefinition, { ecsService }: Service): string {
  const container = definition.containerDefinitions?.find(({ name }) => name === ecsService);
  return container?.image?.split('@')[1] ?? '';
}
