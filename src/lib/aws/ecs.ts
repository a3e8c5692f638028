import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  type Failure,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { GsysError } from '../errors.ts';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { type ServiceState, serviceState, type TaskState, taskState } from './ecs-shapes.ts';

export type { DeploymentState, ServiceState, TaskState } from './ecs-shapes.ts';

/** What runs in the environment's cluster; reads only. */
export interface Ecs {
  /** Services by name; those that ECS does not know come back as `missing`, never as an error. */
  describeServices(names: string[]): Promise<{ services: ServiceState[]; missing: string[] }>;
  /** Names of all services of the cluster. */
  listServices(): Promise<string[]>;
  /** @param filter of desired status; RUNNING holds starting tasks too */
  tasks(filter?: { status?: 'RUNNING' | 'STOPPED'; ecsService?: string }): Promise<TaskState[]>;
  taskArns(filter?: { status?: 'RUNNING' | 'STOPPED'; ecsService?: string }): Promise<string[]>;
  /** Tasks that ECS has forgotten are left out. */
  describeTasks(arns: string[]): Promise<TaskState[]>;
}

/** Names a call: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const SERVICES_PER_CALL = 10;
const TASKS_PER_CALL = 100;
const SERVICES_PER_PAGE = 100;

export function ecs(access: AwsAccess): Ecs {
  const send = openClient(access, 'ecs', ECSClient);
  const { cluster } = access.environment;

  /**
   * A short reply is no evidence: each one that was asked for is there, or said to be missing.
   * @returns the missing
   */
  const accountFor = (operation: string, asked: string[], found: string[], failures: Failure[] = []) => {
    const failed = failures.map(({ arn, reason }) => ({ name: lastPart(arn), reason }));
    const strange = failed.filter(({ reason }) => reason !== 'MISSING');
    const known = new Set([...found, ...failed.map(({ name }) => name)]);
    const unanswered = asked.filter((name) => !known.has(name));
    if (strange.length + unanswered.length > 0)
      throw incomplete(access, operation, [
        ...strange.map(({ name, reason }) => `${name}: ${reason}`),
        ...unanswered.map((name) => `${name}: neither described nor reported missing`),
      ]);
    return failed.map(({ name }) => name);
  };

  const taskArns: Ecs['taskArns'] = ({ status, ecsService } = {}) =>
    allPages(async (nextToken) => {
      const reply = await send(
        new ListTasksCommand({ cluster, desiredStatus: status, serviceName: ecsService, nextToken }),
      );
      return { items: reply.taskArns ?? [], next: reply.nextToken };
    });

  const describeTasks: Ecs['describeTasks'] = (arns) =>
    inBatches(arns, TASKS_PER_CALL, async (tasks) => {
      const reply = await send(new DescribeTasksCommand({ cluster, tasks }));
      const found = (reply.tasks ?? []).map(taskState);
      accountFor(
        'DescribeTasks',
        tasks.map(lastPart),
        found.map(({ id }) => id),
        reply.failures,
      );
      return found;
    });

  return {
    describeTasks,
    taskArns,
    tasks: async (filter) => describeTasks(await taskArns(filter)),

    async describeServices(names) {
      const missing: string[] = [];
      const services = await inBatches(names, SERVICES_PER_CALL, async (slice) => {
        const reply = await send(new DescribeServicesCommand({ cluster, services: slice }));
        const found = (reply.services ?? []).map(serviceState);
        const names = found.map(({ name }) => name);
        missing.push(...accountFor('DescribeServices', slice, names, reply.failures));
        return found;
      });
      return { services, missing };
    },

    listServices: () =>
      allPages(async (nextToken) => {
        const reply = await send(
          new ListServicesCommand({ cluster, maxResults: SERVICES_PER_PAGE, nextToken }),
        );
        return { items: (reply.serviceArns ?? []).map(lastPart), next: reply.nextToken };
      }),
  };
}

function incomplete({ environment }: AwsAccess, operation: string, details: string[]): GsysError {
  const where = environment.endpoint ?? `AWS in ${environment.region}`;
  return new GsysError('ENDPOINT_UNREACHABLE', `${where} did not answer ecs:${operation} completely`, {
    details,
    next: environment.platform === 'embedded' ? 'gsys local status' : undefined,
  });
}

function lastPart(arn = ''): string {
  return arn.split('/').at(-1) ?? arn;
}
