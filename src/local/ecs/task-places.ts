import type { TaskView } from '../ports.ts';
import { lastPart } from './arns.ts';
import { environmentOf } from './definition-facts.ts';
import type { TaskRecord } from './records.ts';
import type { World } from './world.ts';

/** Where a running task of the gateway can be reached. */
export interface Target {
  address: string;
  port: number;
  /** Of `GET /ready`. */
  readyPort: number;
}

export function taskViews(world: World): TaskView[] {
  return world.tasks
    .values()
    .filter(isAlive)
    .map((task) => taskView(world, task));
}

/** @param ecsService name of the ECS service, in any cluster */
export function serviceTargets(world: World, ecsService: string): Target[] {
  return world.services
    .values()
    .filter(({ name }) => name === ecsService)
    .flatMap(({ arn }) => world.tasks.ofService(arn))
    .filter((task) => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING')
    .flatMap((task) => targetOf(world, task) ?? []);
}

function isAlive(task: TaskRecord): boolean {
  return task.lastStatus !== 'STOPPED';
}

function taskView(world: World, task: TaskRecord): TaskView {
  const main = task.containers.find((container) => container.essential) ?? task.containers[0];
  const declared = firstContainer(world, task);
  const healthPort = environmentOf(declared, 'HEALTH_PORT');
  return {
    ecsService: task.service === undefined ? undefined : lastPart(task.service),
    taskArn: task.arn,
    taskDefinition: task.definition,
    lastStatus: task.lastStatus,
    healthStatus: task.healthStatus,
    pid: main?.pid,
    containerId: main?.containerId ?? main?.runtimeId ?? '',
    address: task.address,
    healthUrl: healthPort === undefined ? undefined : `http://${task.address}:${healthPort}/health`,
  };
}

function targetOf(world: World, task: TaskRecord): Target | undefined {
  const declared = firstContainer(world, task);
  const port = declared?.portMappings?.[0]?.containerPort ?? Number(environmentOf(declared, 'PORT'));
  if (!Number.isInteger(port)) return undefined;
  const readyPort = Number(environmentOf(declared, 'HEALTH_PORT') ?? port);
  return { address: task.address, port, readyPort };
}

function firstContainer(world: World, task: TaskRecord) {
  const containers = world.definitions.get(task.definition)?.containerDefinitions ?? [];
  return containers.find(({ essential }) => essential !== false) ?? containers[0];
}
