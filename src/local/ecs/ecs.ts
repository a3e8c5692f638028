import path from 'node:path';
import * as client from '@aws-sdk/client-ecs';
import type { HttpRoute } from '../aws/http-route.ts';
import type { AwsService } from '../aws/service.ts';
import type {
  AlarmBook,
  ImageSource,
  LogSink,
  MetricSink,
  ScalableServices,
  SecretSource,
  TaskView,
} from '../ports.ts';
import { type Clock, createClock } from '../runtime/clock.ts';
import type { ProcessJournal } from '../runtime/journal-port.ts';
import { createProcessRuntime, type ProcessRuntimeOptions } from '../runtime/process-runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createIds } from './ids.ts';
import { metadataRoute } from './metadata.ts';
import { createMetricReporter } from './metrics/metric-reporter.ts';
import { accountSettingOperations } from './operations/account-settings.ts';
import { clusterOperations } from './operations/clusters.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskOperations } from './operations/tasks.ts';
import { scalableServices } from './scalable-services.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { serviceTargets, type Target, taskViews } from './task-places.ts';
import { serviceTask } from './tasks/service-task.ts';
import { createTaskHost } from './tasks/task-host.ts';
import { openCollections, type StateStore, type World } from './world.ts';

export interface EcsOptions {
  region: string;
  account: string;
  /** Decides the addresses of tasks. */
  slot: number;
  /** Real time unless given. */
  clock?: Clock;
  randomId(): string;
  store: StateStore;
  images: ImageSource;
  logs: LogSink;
  secrets: SecretSource;
  /** For deployments that name alarms. */
  alarms: Pick<AlarmBook, 'stateOf'>;
  /** Where AWS/ECS and ECS/ContainerInsights go. */
  metrics: MetricSink;
  journal: ProcessJournal;
  /** For unpacked images and the private folders of tasks. */
  folder: string;
  /** Makes what runs containers; plain processes unless given. */
  openRuntime?: OpenRuntime;
  /** `http://host:port` of the endpoint that serves `metadata`; asked when a task starts. */
  metadataUrl(): string;
  /** Told of each health command: pid of its container's first process, and its own. */
  onHealthCommand?: (container: number, command: number) => void;
  onError(error: unknown): void;
}

/** From what every runtime needs. */
export type OpenRuntime = (parts: ProcessRuntimeOptions) => Promise<Runtime>;

export interface Ecs {
  service: AwsService;
  /** `/v4/<container>` and `/v4/<container>/task`. */
  metadata: HttpRoute;
  /** Brings services back to where the state says they should be. Once the endpoint listens. */
  start(): void;
  /** Ends all tasks as StopTask would; services stay as they are, for the next start. */
  stop(): Promise<void>;
  /** Tasks that have not stopped. */
  tasks(): TaskView[];
  /** For Application Auto Scaling. */
  scaling: ScalableServices;
  /** Running tasks of a service, for a load balancer. */
  targets(ecsService: string): Target[];
}

/** ECS: the API over its state, the scheduler, and the processes that tasks are. */
export async function createEcs(options: EcsOptions): Promise<Ecs> {
  const { images, journal, folder, onError, clock = createClock() } = options;
  const runtime = await (options.openRuntime ?? createProcessRuntime)({
    images,
    journal,
    clock,
    ...(options.onHealthCommand && { onHealthCommand: options.onHealthCommand }),
    folder: path.join(folder, 'images'),
    onError,
  });
  const world: World = {
    ...options,
    ...openCollections(options.store),
    clock,
    ids: createIds(options.randomId),
    runtime,
    taskFolder: path.join(folder, 'tasks'),
  };
  const host = createTaskHost(world, options.slot, (task) => {
    scheduler.taskChanged(task);
    if (task.service !== undefined) reporter.changed(task.service);
  });
  const reporter = createMetricReporter(world, options.metrics, host.running);
  const scheduler = createScheduler(world, {
    launch: (definition, service, deployment) =>
      host.launch(serviceTask(world, { definition, service, deployment })),
    stop: (task, reason) => host.stop(task, 'ServiceSchedulerInitiated', reason),
  });
  const serviceChanged = (arn: string) => {
    scheduler.poke(arn);
    reporter.changed(arn);
  };
  return {
    service: {
      id: 'ecs',
      target: 'AmazonEC2ContainerServiceV20141113',
      protocol: 'awsJson',
      schemas: client,
      validationCode: 'InvalidParameterException',
      operations: {
        ...accountSettingOperations(world),
        ...clusterOperations(world),
        ...taskDefinitionOperations(world),
        ...serviceOperations(world, serviceChanged),
        ...serviceDeploymentOperations(world, serviceChanged),
        ...taskOperations(world, host),
        ...tagOperations(world),
      },
    },
    metadata: metadataRoute(world),
    start() {
      for (const service of world.services.values()) scheduler.poke(service.arn);
      reporter.start();
    },
    async stop() {
      scheduler.close();
      reporter.close();
      await host.close();
      await runtime.close();
    },
    scaling: scalableServices(world, serviceChanged),
    tasks: () => taskViews(world),
    targets: (ecsService) => serviceTargets(world, ecsService),
  };
}
