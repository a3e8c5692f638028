import type { ContainerDefinition, HealthCheck, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { isFargateSize, unitsOf } from './fargate-sizes.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** @returns what ECS, or this platform, would not take of a task definition: the first mistake, or undefined */
export function taskDefinitionMistake(request: RegisterTaskDefinitionRequest): string | undefined {
  const containers = request.containerDefinitions ?? [];
  if (!NAME.test(request.family ?? '')) return 'Family contains invalid characters.';
  if (containers.length === 0) return 'Container list cannot be empty.';
  return fargateMistake(request) ?? containersMistake(containers, request) ?? unsupported(request);
}

function fargateMistake(request: RegisterTaskDefinitionRequest): string | undefined {
  if (!request.requiresCompatibilities?.includes('FARGATE'))
    return 'This platform runs Fargate tasks only: requiresCompatibilities must hold FARGATE.';
  if (request.networkMode !== 'awsvpc') return "Fargate only supports network mode 'awsvpc'.";
  if (request.cpu === undefined) return "Fargate requires that 'cpu' be defined at the task level.";
  if (request.memory === undefined) return "Fargate requires that 'memory' be defined at the task level.";
  if (!isFargateSize(unitsOf(request.cpu, 'vcpu'), unitsOf(request.memory, 'gb')))
    return `No Fargate configuration exists for given values: ${request.cpu} CPU, ${request.memory} memory.`;
  return undefined;
}

function containersMistake(
  containers: ContainerDefinition[],
  request: RegisterTaskDefinitionRequest,
): string | undefined {
  const names = new Set<string>();
  for (const container of containers) {
    const name = container.name ?? '';
    if (!NAME.test(name)) return 'Container.name contains invalid characters.';
    if (names.has(name)) return `Container.name '${name}' is not unique.`;
    names.add(name);
    const mistake = containerMistake(container, request);
    if (mistake) return `Invalid container '${name}': ${mistake}`;
  }
  if (containers.every((container) => container.essential === false))
    return 'At least one container in a task definition must be marked as essential.';
  return undefined;
}

function containerMistake(
  container: ContainerDefinition,
  request: RegisterTaskDefinitionRequest,
): string | undefined {
  if (!container.image) return 'Container.image should not be null or empty.';
  if ((container.memory ?? 0) > unitsOf(request.memory, 'gb')) return 'memory is more than the task has.';
  const variables = [...(container.environment ?? []), ...(container.secrets ?? [])];
  if (variables.some((variable) => !variable.name)) return 'an environment variable has no name.';
  const twice = container.secrets?.find(({ name }) =>
    container.environment?.some((other) => other.name === name),
  );
  if (twice)
    return `The secret name must be unique and not shared with any new or existing environment variables: ${twice.name}.`;
  const needsRole =
    (container.secrets?.length ?? 0) > 0 || container.logConfiguration?.logDriver === 'awslogs';
  if (needsRole && !request.executionRoleArn)
    return 'Fargate requires task definition to have execution role ARN to support log driver awslogs and secrets.';
  const { stopTimeout } = container;
  if (stopTimeout !== undefined && (stopTimeout < 0 || stopTimeout > 120))
    return 'stopTimeout must be between 0 and 120 seconds.';
  const badPort = container.portMappings?.find(
    ({ containerPort, hostPort }) => hostPort !== undefined && hostPort !== containerPort,
  );
  if (badPort)
    return 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.';
  return logMistake(container) ?? healthMistake(container.healthCheck);
}

function logMistake({ logConfiguration }: ContainerDefinition): string | undefined {
  if (!logConfiguration) return undefined;
  if (logConfiguration.logDriver !== 'awslogs')
    return `log driver '${logConfiguration.logDriver}' is not supported.`;
  for (const option of ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix'])
    if (!logConfiguration.options?.[option]) return `Log driver awslogs requires options: ${option}.`;
  return undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html (seconds) */
const HEALTH_RANGES = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

function healthMistake(check: HealthCheck | undefined): string | undefined {
  if (!check) return undefined;
  const [kind, ...words] = check.command ?? [];
  const shell = kind === 'CMD-SHELL' && words.length === 1;
  const known = kind === 'NONE' || shell || (kind === 'CMD' && words.length > 0);
  if (!known) return 'the health check command must start with CMD, CMD-SHELL or NONE and say what to run.';
  for (const [name, [min, max]] of Object.entries(HEALTH_RANGES)) {
    const value = check[name as keyof typeof HEALTH_RANGES];
    if (value !== undefined && (!Number.isInteger(value) || value < min || value > max))
      return `the health check's ${name} must be between ${min} and ${max}.`;
  }
  return undefined;
}

/** What this platform would have to pretend: refused when it is registered, rather than ignored when it runs. */
function unsupported(request: RegisterTaskDefinitionRequest): string | undefined {
  const no = (what: string) => `${what} is not supported by this platform.`;
  if (request.volumes?.length) return no('volumes');
  for (const container of request.containerDefinitions ?? []) {
    if (container.dependsOn?.length) return no('dependsOn');
    if (container.environmentFiles?.length) return no('environmentFiles');
    if (container.firelensConfiguration) return no('firelensConfiguration');
    if (container.resourceRequirements?.length) return no('resourceRequirements');
    if (container.restartPolicy?.enabled) return no('restartPolicy');
  }
  return undefined;
}
