import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling';
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type * as Client from '@aws-sdk/client-ecs';
import { ECS } from '@aws-sdk/client-ecs';
import { onTestFinished } from 'vitest';
import { createAutoscaling } from '../../../src/local/aws/autoscaling/autoscaling.ts';
import { createEndpoint } from '../../../src/local/aws/server.ts';
import { createEcs, type OpenRuntime } from '../../../src/local/ecs/ecs.ts';
import { openJournal } from '../../../src/local/journal.ts';
import type { AlarmTransition, MetricDatum } from '../../../src/local/ports.ts';
import { createClock } from '../../../src/local/runtime/clock.ts';
import { createSimulatedRuntime } from '../../../src/local/runtime/simulated/simulated-runtime.ts';
import { openStore } from '../../../src/local/store.ts';
import { imageFolder } from '../runtime/make-image.ts';
import { tempFolder } from '../runtime/temp-folder.ts';

/** Scheduler seconds in a real one: health intervals of AWS's least 5 s pass in a quarter of a second. */
const SCALE = 20;

export const HEALTH_PORT = 18_099;
/** Answers like a service: alive and ready at once, unless its environment says otherwise. */
export const GOOD_MAIN = `
const http = require('node:http');
console.log('started', process.env.GREETING ?? '');
http.createServer((request, response) => response.writeHead(200).end(process.env.VERSION))
  .listen(${HEALTH_PORT}, process.env.HOST, () => console.log('listening'));
process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
`;
export const HEALTH = `
require('node:http').get({ host: process.env.HOST, port: ${HEALTH_PORT}, path: '/health' },
  (response) => process.exit(response.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
`;
export const HEALTH_CHECK: Client.HealthCheck = {
  command: ['CMD', 'node', 'health.js'],
  interval: 5,
  timeout: 60,
  retries: 3,
  startPeriod: 0,
};

/** An ECS with real processes, over HTTP, as a client sees it. */
export async function startPlatform(
  slot: number,
  folder = tempFolder(),
  prepare: (images: ReturnType<typeof imageFolder>) => Promise<void> = async () => {},
  openRuntime?: OpenRuntime,
) {
  const images = imageFolder(path.join(folder, 'blobs'));
  await prepare(images);
  const lines: { group: string; stream: string; message: string }[] = [];
  const secrets = new Map<string, string>();
  const alarms = new Map<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>();
  const alarmBook = bookOf(alarms);
  const metrics: MetricDatum[] = [];
  const errors: unknown[] = [];
  const store = openStore(path.join(folder, 'state'), { onError: (error) => errors.push(error) });
  const journal = openJournal(path.join(folder, 'journal'));
  const clock = createClock(SCALE);
  let url = '';
  const ecs = await createEcs({
    region: 'us-east-1',
    account: '000000000000',
    slot,
    clock,
    randomId: randomUUID,
    store,
    images: images.source,
    logs: {
      hasGroup: (group) => group === '/test',
      append: (group, stream, events) =>
        void lines.push(...events.map(({ message }) => ({ group, stream, message }))),
    },
    secrets: {
      resolve(valueFrom) {
        const value = secrets.get(valueFrom);
        if (value === undefined) throw new Error("Secrets Manager can't find the specified secret.");
        return value;
      },
    },
    metrics: { put: (data) => void metrics.push(...data) },
    alarms: alarmBook,
    journal,
    folder: path.join(folder, 'tasks'),
    ...(openRuntime && { openRuntime }),
    metadataUrl: () => url,
    onError: (error) => errors.push(error),
  });
  const autoscaling = createAutoscaling({
    region: 'us-east-1',
    account: '000000000000',
    clock: Date.now,
    elapsed: clock.elapsed,
    randomId: randomUUID,
    store,
    services: ecs.scaling,
    alarms: alarmBook,
  });
  const server = createEndpoint({
    services: [ecs.service, autoscaling.service],
    routes: [ecs.metadata],
    randomId: randomUUID,
    onError: (error) => errors.push(error),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const aws = new ECS(client);
  const scaling = new ApplicationAutoScaling(client);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await ecs.stop();
      aws.destroy();
      scaling.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    })();
    return stopped;
  };
  onTestFinished(stop);
  ecs.start();
  await aws.createCluster({ clusterName: 'test' });
  return {
    aws,
    scaling,
    policies: autoscaling.action,
    ecs,
    images,
    lines,
    secrets,
    alarms,
    alarmBook,
    metrics,
    errors,
    journal,
    folder,
    stop,
    ...verbs(aws, images),
  };
}

/** The same without processes: tasks are healthy after a second of the scheduler. */
export async function startSimulatedPlatform(slot: number) {
  return await startPlatform(slot, undefined, undefined, createSimulatedRuntime);
}

/** CloudWatch, as far as its alarms are concerned: states are what the test says. */
function bookOf(states: Map<string, AlarmTransition['state']>) {
  const alarms = new Map<string, PutMetricAlarmInput>();
  return {
    alarms,
    stateOf: (name: string) => states.get(name),
    async put(alarm: PutMetricAlarmInput) {
      alarms.set(alarm.AlarmName ?? '', alarm);
      states.set(alarm.AlarmName ?? '', 'INSUFFICIENT_DATA');
    },
    async delete(names: string[]) {
      for (const name of names) {
        alarms.delete(name);
        states.delete(name);
      }
    },
  };
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>;
type Images = ReturnType<typeof imageFolder>;

export const NETWORK: Client.NetworkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

function verbs(aws: ECS, images: Images) {
  /** Registers a one-container task definition and gives its ARN. */
  async function register(
    family: string,
    container: Partial<Client.ContainerDefinition>,
    task: Partial<Client.RegisterTaskDefinitionRequest> = {},
  ): Promise<string> {
    const { taskDefinition } = await aws.registerTaskDefinition({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
      containerDefinitions: [{ name: family, image: 'unknown', ...container }],
      ...task,
    });
    return taskDefinition?.taskDefinitionArn ?? '';
  }

  /** An image of these files, and a task definition with a health check that runs it. */
  async function version(family: string, tag: string, main = GOOD_MAIN): Promise<string> {
    const image = await images.add(`registry/${family}:${tag}`, { 'main.js': main, 'health.js': HEALTH });
    return await register(family, {
      image,
      healthCheck: HEALTH_CHECK,
      environment: [{ name: 'VERSION', value: tag }],
    });
  }

  async function createService(
    serviceName: string,
    taskDefinition: string,
    input: Partial<Client.CreateServiceRequest> = {},
  ): Promise<void> {
    await aws.createService({
      cluster: 'test',
      serviceName,
      taskDefinition,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      ...input,
    });
  }

  async function service(name: string): Promise<Client.Service> {
    const { services } = await aws.describeServices({ cluster: 'test', services: [name] });
    if (!services?.[0]) throw new Error(`there is no service ${name}`);
    return services[0];
  }

  async function tasks(
    serviceName: string,
    desiredStatus: Client.DesiredStatus = 'RUNNING',
  ): Promise<Client.Task[]> {
    const { taskArns = [] } = await aws.listTasks({ cluster: 'test', serviceName, desiredStatus });
    if (taskArns.length === 0) return [];
    return (await aws.describeTasks({ cluster: 'test', tasks: taskArns })).tasks ?? [];
  }

  async function deployment(name: string): Promise<Client.ServiceDeployment> {
    const { currentServiceDeployment = '' } = await service(name);
    const answer = await aws.describeServiceDeployments({
      serviceDeploymentArns: [currentServiceDeployment],
    });
    if (!answer.serviceDeployments?.[0])
      throw new Error(`there is no deployment ${currentServiceDeployment}`);
    return answer.serviceDeployments[0];
  }

  async function runTask(
    taskDefinition: string,
    input: Partial<Client.RunTaskRequest> = {},
  ): Promise<string> {
    const answer = await aws.runTask({
      cluster: 'test',
      taskDefinition,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...input,
    });
    return answer.tasks?.[0]?.taskArn ?? '';
  }

  async function task(arn: string): Promise<Client.Task> {
    const { tasks } = await aws.describeTasks({ cluster: 'test', tasks: [arn] });
    if (!tasks?.[0]) throw new Error(`there is no task ${arn}`);
    return tasks[0];
  }

  return { register, version, createService, service, tasks, deployment, runTask, task };
}
