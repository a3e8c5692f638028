import type { ContainerDefinition, HealthStatus } from '@aws-sdk/client-ecs';
import type { HealthRule } from '../runtime/health-state.ts';
import type { ContainerRecord, DefinitionRecord, TaskRecord } from './records.ts';

/** What a task definition says about one of its parts, defaults filled in. */

/** Seconds; the declared command is undefined for a container without a check. */
export function healthRule({
  healthCheck,
}: ContainerDefinition): (HealthRule & { command: string[] }) | undefined {
  const command = healthCheck?.command ?? [];
  if (command.length === 0 || command[0] === 'NONE') return undefined;
  return {
    command,
    interval: healthCheck?.interval ?? 30,
    timeout: healthCheck?.timeout ?? 5,
    retries: healthCheck?.retries ?? 3,
    startPeriod: healthCheck?.startPeriod ?? 0,
  };
}

/** Whether ECS waits for HEALTHY before a task counts. */
export function expectsHealth(definition: DefinitionRecord): boolean {
  return definition.containerDefinitions.some(
    (container) => container.essential !== false && healthRule(container) !== undefined,
  );
}

/** Whether every essential container that has a check passes it. */
export function isHealthy(definition: DefinitionRecord | undefined, task: TaskRecord): boolean {
  const checked =
    definition?.containerDefinitions.filter((one) => one.essential !== false && healthRule(one)) ?? [];
  const passes = (name: string) =>
    task.containers.some((one) => one.name === name && one.healthStatus === 'HEALTHY');
  return checked.length > 0 && checked.every(({ name }) => passes(name));
}

/** Of a task: the worst of its essential containers. */
export function worstHealth(containers: ContainerRecord[]): HealthStatus {
  const essential = containers.filter((container) => container.essential).map((one) => one.healthStatus);
  if (essential.includes('UNHEALTHY')) return 'UNHEALTHY';
  return essential.length === 0 || essential.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}

export function environmentOf(container: ContainerDefinition | undefined, name: string): string | undefined {
  return container?.environment?.find((variable) => variable.name === name)?.value;
}
