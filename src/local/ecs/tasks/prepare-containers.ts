import path from 'node:path';
import { messageOf } from '../../../lib/errors.ts';
import { type ContainerSpec, StartError } from '../../runtime/runtime.ts';
import type { ContainerRecord, DefinitionRecord, TaskRecord } from '../records.ts';
import type { World } from '../world.ts';

const MIB = 1024 * 1024;

/**
 * What has to be there before a task's containers can start: log groups, secrets, images.
 * @returns one spec per container, in the order of the definition
 * @throws StartError
 */
export async function prepareContainers(
  world: World,
  task: TaskRecord,
  definition: DefinitionRecord,
): Promise<ContainerSpec[]> {
  for (const container of definition.containerDefinitions) requireLogGroup(world, container);
  const secrets = definition.containerDefinitions.map((container) => resolveSecrets(world, container));
  task.pullStartedAt = world.clock.now();
  const images = await Promise.all(
    definition.containerDefinitions.map(({ image }) => world.runtime.pull(image)),
  );
  task.pullStoppedAt = world.clock.now();
  return definition.containerDefinitions.map((container, i): ContainerSpec => {
    const record = task.containers[i];
    const image = images[i];
    if (!record || !image) throw new Error(`task ${task.id} has no container ${container.name}`);
    record.imageDigest = image.digest;
    const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
    const limit = override?.memory ?? container.memory;
    return {
      name: container.name,
      image,
      entryPoint: container.entryPoint,
      command: override?.command ?? container.command,
      workingDirectory: container.workingDirectory,
      environment: {
        ...pairs(container.environment),
        ...pairs(override?.environment),
        ...secrets[i],
        ...ownVariables(world, record),
      },
      address: task.address,
      hostname: `ip-${task.address.replaceAll('.', '-')}.${world.region}.compute.internal`,
      tempFolder: path.join(world.taskFolder, task.id),
      memory: {
        container: limit ? limit * MIB : undefined,
        task: { id: task.id, limit: Number(task.memory) * MIB },
      },
      cpu: { container: override?.cpu ?? container.cpu, task: Number(task.cpu) },
      linux: linuxOptions(container),
      onLine: logWriter(world, task, container),
    };
  });
}

type Container = DefinitionRecord['containerDefinitions'][number];

function linuxOptions(container: Container): ContainerSpec['linux'] {
  const { user, readonlyRootFilesystem, linuxParameters, ulimits = [] } = container;
  const { add = [], drop = [] } = linuxParameters?.capabilities ?? {};
  return {
    user,
    readonlyRoot: readonlyRootFilesystem ?? false,
    init: linuxParameters?.initProcessEnabled ?? false,
    capabilities: { add, drop },
    ulimits: ulimits.map(({ name = '', softLimit = 0, hardLimit = 0 }) => ({
      name,
      soft: softLimit,
      hard: hardLimit,
    })),
  };
}

/** What Fargate's agent sets in every container. */
function ownVariables(world: World, record: ContainerRecord): Record<string, string> {
  return {
    ECS_CONTAINER_METADATA_URI_V4: `${world.metadataUrl()}/v4/${record.runtimeId}`,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
  };
}

function requireLogGroup(world: World, { logConfiguration }: Container): void {
  const group = logConfiguration?.options?.['awslogs-group'];
  if (group === undefined || world.logs.hasGroup(group)) return;
  throw new StartError(
    'ResourceInitializationError',
    'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log ' +
      `stream: ResourceNotFoundException: The specified log group does not exist: ${group} : exit status 1`,
  );
}

function resolveSecrets(world: World, container: Container): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, valueFrom } of container.secrets ?? []) {
    try {
      values[name ?? ''] = world.secrets.resolve(valueFrom ?? '');
    } catch (error) {
      throw new StartError(
        'ResourceInitializationError',
        'unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ' +
          `secret: ${messageOf(error)}`,
        error,
      );
    }
  }
  return values;
}

/** The awslogs driver: stream `prefix/container/task id`. */
function logWriter(world: World, task: TaskRecord, { name, logConfiguration }: Container) {
  const group = logConfiguration?.options?.['awslogs-group'];
  const stream = `${logConfiguration?.options?.['awslogs-stream-prefix']}/${name}/${task.id}`;
  let batch: { timestamp: number; message: string }[] = [];
  const write = () => {
    const events = batch;
    batch = [];
    try {
      if (group !== undefined) world.logs.append(group, stream, events);
    } catch (error) {
      world.onError(error);
    }
  };
  return (message: string) => {
    // Lines that came in one piece are written in one.
    if (batch.length === 0) queueMicrotask(write);
    batch.push({ timestamp: world.clock.now(), message });
  };
}

function pairs(
  variables: { name?: string | undefined; value?: string | undefined }[] = [],
): Record<string, string> {
  return Object.fromEntries(variables.map(({ name = '', value = '' }) => [name, value]));
}
