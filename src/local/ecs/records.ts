import type {
  CapacityProviderStrategyItem,
  ClusterSetting,
  ContainerDefinition,
  CreateServiceRequest,
  DeploymentConfiguration,
  HealthStatus,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceDeploymentStatus,
  Tag,
  TaskDefinition,
  TaskOverride,
  TaskStopCode,
} from '@aws-sdk/client-ecs';

/**
 * What the scheduler remembers, as plain JSON: it lives in the store. All times are milliseconds since the epoch.
 */
export interface ClusterRecord {
  arn: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: ClusterSetting[];
  capacityProviders: string[];
  defaultStrategy: CapacityProviderStrategyItem[];
  tags: Tag[];
}

export interface DefinitionRecord
  extends Omit<
    TaskDefinition,
    'registeredAt' | 'deregisteredAt' | 'containerDefinitions' | 'family' | 'revision' | 'taskDefinitionArn'
  > {
  taskDefinitionArn: string;
  family: string;
  revision: number;
  containerDefinitions: (ContainerDefinition & { name: string; image: string })[];
  /** Task limits: cpu units and MiB. */
  taskCpu: number;
  taskMemory: number;
  registeredAt: number;
  deregisteredAt?: number;
  tags: Tag[];
}

/** What a change of starts a new deployment, besides the task definition. */
export type ServiceSpec = Pick<
  CreateServiceRequest,
  | 'capacityProviderStrategy'
  | 'launchType'
  | 'loadBalancers'
  | 'networkConfiguration'
  | 'platformVersion'
  | 'serviceRegistries'
>;

export interface ServiceRecord {
  arn: string;
  name: string;
  cluster: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  /** ARN: of the PRIMARY deployment. */
  taskDefinition: string;
  spec: ServiceSpec;
  configuration: DeploymentConfiguration & { minimumHealthyPercent: number; maximumPercent: number };
  /** Seconds. */
  healthGrace: number;
  enableExecuteCommand: boolean;
  /** Tasks are tagged with cluster and service. */
  managedTags: boolean;
  propagateTags: CreateServiceRequest['propagateTags'];
  createdAt: number;
  /** PRIMARY first; the others are on their way out. */
  deployments: DeploymentRecord[];
  /** Where a rollback goes. */
  lastCompleted: Pick<DeploymentRecord, 'id' | 'revision' | 'taskDefinition' | 'spec'> | undefined;
  /** The ServiceDeployment that is or was the latest. */
  serviceDeployment: string;
  /** Newest first. */
  events: { id: string; createdAt: number; message: string }[];
  steady: boolean;
  tags: Tag[];
}

export interface DeploymentRecord {
  /** `ecs-svc/…`: what its tasks are started by. */
  id: string;
  /** ARN of the service revision. */
  revision: string;
  status: 'PRIMARY' | 'ACTIVE';
  taskDefinition: string;
  spec: ServiceSpec;
  createdAt: number;
  updatedAt: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  failedTasks: number;
  /** One task has run well: failures are no longer counted, unless the breaker counts them all. */
  settled: boolean;
}

export interface ServiceDeploymentRecord {
  arn: string;
  service: string;
  clusterArn: string;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  updatedAt: number;
  sources: RevisionCounts[];
  target: RevisionCounts;
  configuration: DeploymentConfiguration;
  breaker: { status: ServiceDeploymentRollbackMonitorsStatus; failureCount: number; threshold: number };
  alarms: { status: ServiceDeploymentRollbackMonitorsStatus; names: string[]; triggered: string[] };
  rollback?: { cause: string; reason: string; startedAt: number; revision: string };
}

export interface RevisionCounts {
  arn: string;
  requested: number;
  running: number;
  pending: number;
}

export interface RevisionRecord {
  arn: string;
  service: string;
  clusterArn: string;
  taskDefinition: string;
  spec: ServiceSpec;
  images: { containerName: string; image: string }[];
  createdAt: number;
}

export type LastStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface TaskRecord {
  arn: string;
  id: string;
  cluster: string;
  clusterArn: string;
  definition: string;
  group: string;
  /** ARN. */
  service?: string | undefined;
  /** The deployment's id for a service's task, the caller's word for another. */
  startedBy?: string | undefined;
  desiredStatus: 'RUNNING' | 'STOPPED';
  lastStatus: LastStatus;
  healthStatus: HealthStatus;
  address: string;
  attachmentId: string;
  cpu: string;
  memory: string;
  platformVersion: string;
  overrides: TaskOverride;
  enableExecuteCommand: boolean;
  containers: ContainerRecord[];
  version: number;
  tags: Tag[];
  createdAt: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: TaskStopCode;
  stoppedReason?: string;
  /** It counts as healthy for its deployment, or did. */
  counted: boolean;
  /** Its health is not looked at yet: healthCheckGracePeriodSeconds. */
  inGrace: boolean;
  /** The scheduler stopped it because it was unhealthy. */
  unhealthy: boolean;
}

export interface ContainerRecord {
  arn: string;
  name: string;
  image: string;
  essential: boolean;
  /** The last part of its metadata address too: hard to guess. */
  runtimeId: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  healthStatus: HealthStatus;
  imageDigest?: string;
  exitCode?: number;
  reason?: string;
  pid?: number;
  /** Docker's, where it runs there. */
  containerId?: string;
  startedAt?: number;
}
