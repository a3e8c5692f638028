import type {
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListTasksRequest,
  ListTasksResponse,
  RunTaskRequest,
  RunTaskResponse,
  StopTaskRequest,
  StopTaskResponse,
} from '@aws-sdk/client-ecs';
import { arnOf, lastPart } from '../arns.ts';
import { invalidParameter } from '../errors.ts';
import type { DefinitionRecord, TaskRecord } from '../records.ts';
import type { TaskHost } from '../tasks/task-host.ts';
import { taskView } from '../views/task-view.ts';
import type { World } from '../world.ts';
import { requireFargate } from './check-service.ts';
import { checkTags } from './check-tags.ts';
import { findTask, requireActiveDefinition, requireCluster, requireService } from './look-up.ts';
import { pageOf, requireBatch } from './pages.ts';

export function taskOperations(world: World, host: TaskHost) {
  return {
    RunTask(input: RunTaskRequest): RunTaskResponse {
      const cluster = requireCluster(world, input.cluster);
      const count = input.count ?? 1;
      if (!Number.isInteger(count) || count < 1 || count > 10)
        throw invalidParameter('count must be between 1 and 10.');
      requireFargate(input, cluster);
      if (input.propagateTags === 'SERVICE')
        throw invalidParameter('The SERVICE value is not supported when running a task.');
      const definition = requireActiveDefinition(world, input.taskDefinition);
      requireKnownContainers(input, definition);
      const tags = [
        ...(input.propagateTags === 'TASK_DEFINITION' ? definition.tags : []),
        ...checkTags(input.tags),
      ];
      const tasks = Array.from({ length: count }, () =>
        host.launch({
          cluster,
          definition,
          group: input.group ?? `family:${definition.family}`,
          startedBy: input.startedBy,
          overrides: input.overrides,
          platformVersion: input.platformVersion,
          enableExecuteCommand: input.enableExecuteCommand,
          tags: [
            ...tags,
            ...(input.enableECSManagedTags ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : []),
          ],
        }),
      );
      return { tasks: tasks.map((task) => taskView(task, ['TAGS'])), failures: [] };
    },

    StopTask(input: StopTaskRequest): StopTaskResponse {
      const cluster = requireCluster(world, input.cluster);
      const task = findTask(world, cluster, input.task ?? '');
      if (!task) throw invalidParameter('The referenced task was not found.');
      host.stop(task, 'UserInitiated', input.reason ?? 'Task stopped by user');
      return { task: taskView(task) };
    },

    DescribeTasks(input: DescribeTasksRequest): DescribeTasksResponse {
      const cluster = requireCluster(world, input.cluster);
      const names = requireBatch(input.tasks, 'Tasks', 100);
      const found = names.map((name) => ({ name, task: findTask(world, cluster, name) }));
      return {
        tasks: found.flatMap(({ task }) => (task ? [taskView(task, input.include)] : [])),
        failures: found
          .filter(({ task }) => !task)
          .map(({ name }) => ({
            arn: arnOf(world, `task/${cluster.name}/${lastPart(name)}`),
            reason: 'MISSING',
          })),
      };
    },

    ListTasks(input: ListTasksRequest): ListTasksResponse {
      const cluster = requireCluster(world, input.cluster);
      const service = input.serviceName ? requireService(world, cluster, input.serviceName).arn : undefined;
      const desired = input.desiredStatus ?? 'RUNNING';
      const all = service === undefined ? world.tasks.values() : world.tasks.ofService(service);
      const found = all
        .filter((task) => task.cluster === cluster.name && task.desiredStatus === desired)
        .filter((task) => !input.startedBy || task.startedBy === input.startedBy)
        .filter((task) => !input.family || familyOf(task) === input.family)
        .filter(() => (input.launchType ?? 'FARGATE') === 'FARGATE' && !input.containerInstance);
      const arns = (tasks: TaskRecord[]) => tasks.map(({ arn }) => arn);
      // A task may stop between two pages.
      const page = pageOf(arns(found), input, { default: 100, max: 100 }, arns(all));
      return { taskArns: page.items, nextToken: page.nextToken };
    },
  };
}

function familyOf(task: TaskRecord): string | undefined {
  return lastPart(task.definition).split(':')[0];
}

function requireKnownContainers({ overrides }: RunTaskRequest, definition: DefinitionRecord): void {
  for (const { name } of overrides?.containerOverrides ?? [])
    if (!definition.containerDefinitions.some((container) => container.name === name))
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
}
