import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HttpRoute, sendJson } from '../aws/http-route.ts';
import { lastPart } from './arns.ts';
import type { ContainerRecord, TaskRecord } from './records.ts';
import type { World } from './world.ts';

/**
 * The task metadata endpoint, version 4: what a container may know of itself. The id in the path is known to the
 * container alone. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export function metadataRoute(world: World): HttpRoute {
  return {
    prefix: '/v4/',
    handle(request: IncomingMessage, response: ServerResponse) {
      request.resume();
      const [, , id = '', part, ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
      const found = request.method === 'GET' && rest.length === 0 ? findContainer(world, id) : undefined;
      if (found && part === undefined) return sendJson(response, 200, containerDocument(world, found));
      if (found && part === 'task') return sendJson(response, 200, taskDocument(world, found.task));
      sendJson(response, 404, { message: 'There is no such metadata.' });
    },
  };
}

interface Found {
  task: TaskRecord;
  container: ContainerRecord;
}

function findContainer(world: World, runtimeId: string): Found | undefined {
  for (const task of world.tasks.values()) {
    if (task.lastStatus === 'STOPPED') continue;
    const container = task.containers.find((one) => one.runtimeId === runtimeId);
    if (container) return { task, container };
  }
  return undefined;
}

function taskDocument(world: World, task: TaskRecord): object {
  const { family, revision } = world.definitions.get(task.definition) ?? {};
  return {
    Cluster: task.clusterArn,
    TaskARN: task.arn,
    Family: family,
    Revision: revision === undefined ? undefined : String(revision),
    ServiceName: task.service && lastPart(task.service),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: Number(task.cpu) / 1024, Memory: Number(task.memory) },
    PullStartedAt: isoTime(task.pullStartedAt),
    PullStoppedAt: isoTime(task.pullStoppedAt),
    AvailabilityZone: 'local-a',
    LaunchType: 'FARGATE',
    Containers: task.containers.map((container) => containerDocument(world, { task, container })),
  };
}

function containerDocument(world: World, { task, container }: Found): object {
  const definition = world.definitions.get(task.definition);
  const declared = definition?.containerDefinitions.find(({ name }) => name === container.name);
  return {
    DockerId: container.runtimeId,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: container.imageDigest,
    Labels: {
      'com.amazonaws.ecs.cluster': task.clusterArn,
      'com.amazonaws.ecs.container-name': container.name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': definition?.family,
      'com.amazonaws.ecs.task-definition-version': definition && String(definition.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.lastStatus,
    Limits: { CPU: declared?.cpu ?? 0, Memory: declared?.memory },
    CreatedAt: isoTime(task.createdAt),
    StartedAt: isoTime(container.startedAt),
    Type: 'NORMAL',
    Health: { status: container.healthStatus },
    ContainerARN: container.arn,
    LogDriver: declared?.logConfiguration?.logDriver,
    LogOptions: declared?.logConfiguration?.options,
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [task.address] }],
  };
}

function isoTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
