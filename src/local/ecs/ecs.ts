import path from 'node:path';
import * as client from '@aws-sdk/client-ecs';
import type { HttpRoute } from '../aws/http-route.ts';
import type { AwsService } from '../aws/service.ts';
import type { ImageSource, LogSink, SecretSource, TaskView } from '../ports.ts';
import { type Clock, createClock } from '../runtime/clock.ts';
import type { ProcessJournal } from '../runtime/journal-port.ts';
import { createProcessRuntime } from '../runtime/process-runtime.ts';
import { createIds } from './ids.ts';
import { metadataRoute } from './metadata.ts';
import { clusterOperations } from './operations/clusters.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { serviceOperations } from './operations/services.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskOperations } from './operations/tasks.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { serviceTargets, type Target, taskViews } from './task-places.ts';
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
  journal: ProcessJournal;
  /** For unpacked images and the private folders of tasks. */
  folder: string;
  /** `http://host:port` of the endpoint that serves `metadata`; asked when a task starts. */
  metadataUrl(): string;
  onError(error: unknown): void;
}

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
  /** Running tasks of a service, for a load balancer. */
  targets(ecsService: string): Target[];
}

/** ECS: the API over its state, the scheduler, and the processes that tasks are. */
export async function createEcs(options: EcsOptions): Promise<Ecs> {
  const { images, journal, folder, onError, clock = createClock() } = options;
  const runtime = await createProcessRuntime({
    images,
    journal,
    clock,
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
  const host = createTaskHost(world, options.slot, (task) => scheduler.taskChanged(task));
  const scheduler = createScheduler(world, {
    launch: (definition, service, deployment) => {
      const cluster = world.clusters.get(service.cluster);
      if (!cluster) throw new Error(`service ${service.name} is in no cluster`);
      return host.launch({
        cluster,
        definition,
        group: `service:${service.name}`,
        service: service.arn,
        startedBy: deployment.id,
        platformVersion: deployment.spec.platformVersion,
        enableExecuteCommand: service.enableExecuteCommand,
        tags: service.propagateTags === 'SERVICE' ? service.tags : [],
      });
    },
    stop: (task, reason) => host.stop(task, 'ServiceSchedulerInitiated', reason),
  });
  return {
    service: {
      id: 'ecs',
      target: 'AmazonEC2ContainerServiceV20141113',
      protocol: 'awsJson',
      schemas: client,
      validationCode: 'InvalidParameterException',
      operations: {
        ...clusterOperations(world),
        ...taskDefinitionOperations(world),
        ...serviceOperations(world, scheduler.poke),
        ...serviceDeploymentOperations(world, scheduler.poke),
        ...taskOperations(world, host),
        ...tagOperations(world),
      },
    },
    metadata: metadataRoute(world),
    start() {
      for (const service of world.services.values()) scheduler.poke(service.arn);
    },
    async stop() {
      scheduler.close();
      await host.close();
      runtime.close();
    },
    tasks: () => taskViews(world),
    targets: (ecsService) => serviceTargets(world, ecsService),
  };
}
