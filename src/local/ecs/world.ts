import type { Setting } from '@aws-sdk/client-ecs';
import type { AlarmBook, LogSink, SecretSource } from '../ports.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Ids } from './ids.ts';
import type {
  ClusterRecord,
  DefinitionRecord,
  RevisionRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from './records.ts';
import { indexTasks, type TaskCollection } from './task-collection.ts';

/** A map that outlives the process: values are in memory at once and on disk soon. */
export interface Collection<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  values(): T[];
  /** On disk when it resolves. */
  put(key: string, value: T): Promise<void>;
}

export interface StateStore {
  collection<T>(name: string): Collection<T>;
}

/** Everything ECS knows, each thing under its ARN (clusters under their name), and what it stands on. */
export interface World {
  region: string;
  account: string;
  clock: Clock;
  ids: Ids;
  runtime: Runtime;
  logs: LogSink;
  secrets: SecretSource;
  alarms: Pick<AlarmBook, 'stateOf'>;
  /** Where tasks ask for their own metadata: `http://host:port`. */
  metadataUrl(): string;
  /** Private folders of tasks are made here. */
  taskFolder: string;
  onError(error: unknown): void;
  clusters: Collection<ClusterRecord>;
  definitions: Collection<DefinitionRecord>;
  services: Collection<ServiceRecord>;
  serviceDeployments: Collection<ServiceDeploymentRecord>;
  revisions: Collection<RevisionRecord>;
  tasks: TaskCollection;
  accountSettings: Collection<Setting>;
}

export function openCollections(store: StateStore) {
  return {
    clusters: store.collection<ClusterRecord>('ecs-clusters'),
    definitions: store.collection<DefinitionRecord>('ecs-task-definitions'),
    services: store.collection<ServiceRecord>('ecs-services'),
    serviceDeployments: store.collection<ServiceDeploymentRecord>('ecs-service-deployments'),
    revisions: store.collection<RevisionRecord>('ecs-service-revisions'),
    tasks: indexTasks(store.collection<TaskRecord>('ecs-tasks')),
    accountSettings: store.collection<Setting>('ecs-account-settings'),
  };
}
