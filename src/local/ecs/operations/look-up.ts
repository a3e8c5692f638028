import { arnOf, lastPart } from '../arns.ts';
import { clientError, clusterNotFound, invalidParameter, serviceNotFound } from '../errors.ts';
import type { ClusterRecord, DefinitionRecord, ServiceRecord, TaskRecord } from '../records.ts';
import type { World } from '../world.ts';

/** Finding things by whatever callers name them with: a short name or an ARN. */

export function requireCluster(world: World, nameOrArn = 'default'): ClusterRecord {
  const cluster = world.clusters.get(lastPart(nameOrArn));
  if (cluster?.status !== 'ACTIVE') throw clusterNotFound();
  return cluster;
}

export function findService(
  world: World,
  cluster: ClusterRecord,
  nameOrArn: string,
): ServiceRecord | undefined {
  return world.services.get(arnOf(world, `service/${cluster.name}/${lastPart(nameOrArn)}`));
}

export function requireService(
  world: World,
  cluster: ClusterRecord,
  nameOrArn: string | undefined,
): ServiceRecord {
  const service = findService(world, cluster, nameOrArn ?? '');
  if (!service) throw serviceNotFound();
  return service;
}

export function findTask(world: World, cluster: ClusterRecord, idOrArn: string): TaskRecord | undefined {
  return world.tasks.get(arnOf(world, `task/${cluster.name}/${lastPart(idOrArn)}`));
}

/** By `family` (the latest active revision), `family:revision` or ARN. */
export function findDefinition(world: World, name: string): DefinitionRecord | undefined {
  const [family, revision] = lastPart(name).split(':');
  const ofFamily = world.definitions.values().filter((definition) => definition.family === family);
  if (revision !== undefined) return ofFamily.find((definition) => String(definition.revision) === revision);
  return ofFamily
    .filter(({ status }) => status === 'ACTIVE')
    .reduce<DefinitionRecord | undefined>((a, b) => (a && a.revision > b.revision ? a : b), undefined);
}

/** One that new tasks may be started from. */
export function requireActiveDefinition(world: World, name: string | undefined): DefinitionRecord {
  if (!name) throw invalidParameter('TaskDefinition can not be blank.');
  const definition = findDefinition(world, name);
  if (!definition) throw clientError('TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
  return definition;
}
