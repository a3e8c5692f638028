import type { World } from './world.ts';

/** What is kept of the past: enough for any rollback, little enough for one file each. */
const REVISIONS_PER_FAMILY = 100;
const DEPLOYMENTS_PER_SERVICE = 50;

export function forgetOldDefinitions(world: World, family: string): void {
  const used = new Set([
    ...world.services
      .values()
      .flatMap((service) => [
        ...service.deployments.map((deployment) => deployment.taskDefinition),
        service.lastCompleted?.taskDefinition,
      ]),
    ...world.tasks.values().map((task) => task.definition),
  ]);
  const old = world.definitions
    .values()
    .filter((definition) => definition.family === family)
    .sort((a, b) => b.revision - a.revision)
    .slice(REVISIONS_PER_FAMILY);
  for (const { taskDefinitionArn } of old)
    if (!used.has(taskDefinitionArn)) world.definitions.delete(taskDefinitionArn);
}

export function forgetOldDeployments(world: World, service: string): void {
  const ofService = world.serviceDeployments
    .values()
    .filter((record) => record.service === service)
    .sort((a, b) => b.createdAt - a.createdAt);
  for (const { arn } of ofService.slice(DEPLOYMENTS_PER_SERVICE)) world.serviceDeployments.delete(arn);
  const record = world.services.get(service);
  const used = new Set([
    ...ofService
      .slice(0, DEPLOYMENTS_PER_SERVICE)
      .flatMap(({ target, sources }) => [target.arn, ...sources.map(({ arn }) => arn)]),
    ...(record?.deployments.map(({ revision }) => revision) ?? []),
    record?.lastCompleted?.revision,
  ]);
  for (const revision of world.revisions.values())
    if (revision.service === service && !used.has(revision.arn)) world.revisions.delete(revision.arn);
}
