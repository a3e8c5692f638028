import {
  CreateServiceCommand,
  type CreateServiceRequest,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  RunTaskCommand,
  type RunTaskRequest,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  type TaskDefinition,
  UpdateServiceCommand,
  type UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { GsysError } from '../errors.ts';
import { pause } from '../pause.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { type ServiceState, serviceState, type TaskState, taskState } from './ecs-shapes.ts';
import { awsErrorName, unlessNamed } from './errors.ts';

export type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs';

/** A task definition with its tags, which AWS keeps beside it. */
export interface RegisteredDefinition extends TaskDefinition {
  tags: { key?: string | undefined; value?: string | undefined }[];
}

/** Task definitions, and the calls that change what runs. The cluster is the environment's. */
export interface EcsChanges {
  /** @returns undefined when there is no such revision or family */
  taskDefinition(reference: string): Promise<RegisteredDefinition | undefined>;
  /** @returns the new revision's ARN */
  register(definition: RegisterTaskDefinitionRequest): Promise<string>;
  createService(request: Omit<CreateServiceRequest, 'cluster'>): Promise<ServiceState>;
  updateService(request: Omit<UpdateServiceRequest, 'cluster'>): Promise<ServiceState>;
  runTask(request: Omit<RunTaskRequest, 'cluster'>): Promise<TaskState>;
  stopTask(arn: string, reason: string): Promise<void>;
  /**
   * Has ECS take a deployment back to what ran before it, whether or not its circuit breaker may do so.
   * @returns false when it has come to its end meanwhile
   */
  rollBackDeployment(arn: string): Promise<boolean>;
}

/** AWS refuses two registrations of one family at a time with a ClientException, which the SDK does not retry. */
const REGISTER_ATTEMPTS = 10;
/** Milliseconds before the second try, and at most; half of it, up to half more, by chance. */
const REGISTER_PAUSE = 400;
const REGISTER_PAUSE_MOST = 1600;

export function ecsChanges(access: AwsAccess): EcsChanges {
  const send = openClient(access, 'ecs', ECSClient);
  const { cluster } = access.environment;

  const registerOnce = async (definition: RegisterTaskDefinitionRequest): Promise<string> => {
    const { taskDefinition } = await send(new RegisterTaskDefinitionCommand(definition));
    return required(taskDefinition?.taskDefinitionArn, 'ecs:RegisterTaskDefinition');
  };

  return {
    async taskDefinition(reference) {
      const reply = await unlessNamed(
        ['ClientException', 'InvalidParameterException'],
        undefined,
        send(new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] })),
      );
      return reply?.taskDefinition && { ...reply.taskDefinition, tags: reply.tags ?? [] };
    },

    async register(definition) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await registerOnce(definition);
        } catch (error) {
          if (!isRegistrationRace(error) || attempt === REGISTER_ATTEMPTS) throw error;
          const wait = Math.min(REGISTER_PAUSE_MOST, REGISTER_PAUSE * attempt);
          await pause(wait * (0.5 + Math.random()), access.signal);
        }
      }
    },

    async createService(request) {
      const { service } = await send(new CreateServiceCommand({ ...request, cluster }));
      return serviceState(required(service, 'ecs:CreateService'));
    },

    async updateService(request) {
      const { service } = await send(new UpdateServiceCommand({ ...request, cluster }));
      return serviceState(required(service, 'ecs:UpdateService'));
    },

    async runTask(request) {
      const { tasks, failures } = await send(new RunTaskCommand({ ...request, cluster }));
      const [failure] = failures ?? [];
      if (failure !== undefined)
        throw new GsysError('AWS_CALL_FAILED', `ecs:RunTask started nothing: ${failure.reason}`);
      return taskState(required(tasks?.[0], 'ecs:RunTask'));
    },

    async stopTask(task, reason) {
      await send(new StopTaskCommand({ cluster, task, reason }));
    },

    async rollBackDeployment(serviceDeploymentArn) {
      const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
      const ended = ['ConflictException', 'ServiceDeploymentNotFoundException'];
      return (await unlessNamed(ended, undefined, send(command))) !== undefined;
    },
  };
}

function isRegistrationRace(error: unknown): boolean {
  return awsErrorName(error) === 'ClientException' && /too many concurrent attempts/i.test(String(error));
}

function required<T>(value: T | undefined, call: string): T {
  if (value !== undefined) return value;
  throw new GsysError('ENDPOINT_UNREACHABLE', `the endpoint answered ${call} with nothing`);
}
