import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
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
      return (reply.tasks ?? []).map(taskState);
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
        const failed = (reply.failures ?? []).map(({ arn, reason }) => ({ name: lastPart(arn), reason }));
        missing.push(...failed.filter(({ reason }) => reason === 'MISSING').map(({ name }) => name));
        const known = new Set([...found, ...failed].map(({ name }) => name));
        const strange = failed.filter(({ reason }) => reason !== 'MISSING');
        const unanswered = slice.filter((name) => !known.has(name));
        if (strange.length + unanswered.length > 0) throw incomplete(access, strange, unanswered);
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

/** A short reply is no evidence: what was asked for is neither there nor said to be missing. */
function incomplete(
  { environment }: AwsAccess,
  failed: { name: string; reason: string | undefined }[],
  unanswered: string[],
): GsysError {
  const details = [
    ...failed.map(({ name, reason }) => `${name}: ${reason}`),
    ...unanswered.map((name) => `${name}: neither described nor reported missing`),
  ];
  const where = environment.endpoint ?? `AWS in ${environment.region}`;
  return new GsysError('ENDPOINT_UNREACHABLE', `${where} did not answer ecs:DescribeServices completely`, {
    details,
  });
}

function lastPart(arn = ''): string {
  return arn.split('/').at(-1) ?? arn;
}
