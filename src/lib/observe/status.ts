import type { Ecs, ServiceState, TaskState } from '../aws/ecs.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';

/** One service as it is now, next to what it should be. */
export interface ServiceStatus {
  service: string;
  ecsService: string;
  /** ACTIVE, DRAINING, INACTIVE, or MISSING where ECS has no such service. */
  status: string;
  desired: number;
  running: number;
  pending: number;
  /** By what the tasks' health commands say; a task without a word counts as unknown. */
  health: { healthy: number; unhealthy: number; unknown: number };
  /** `settings-nats:3` of the primary deployment. */
  taskDefinition?: string;
  /** COMPLETED, IN_PROGRESS or FAILED. */
  rollout?: string;
  rolloutReason?: string;
  /** When the primary deployment last changed. */
  since?: string;
}

/** Every service of the definition: two reads, batched as ECS allows. */
export async function fleetStatus(
  fleet: Fleet,
  ecs: Pick<Ecs, 'describeServices' | 'tasks'>,
): Promise<ServiceStatus[]> {
  const [{ services }, tasks] = await Promise.all([
    ecs.describeServices(fleet.services.map(({ ecsService }) => ecsService)),
    ecs.tasks(),
  ]);
  return statusOf(fleet, services, tasks);
}

/** Pure. @param tasks those of other services, and stopped ones, are left out */
export function statusOf(
  fleet: Pick<Fleet, 'services'>,
  services: ServiceState[],
  tasks: TaskState[],
): ServiceStatus[] {
  const states = new Map(services.map((state) => [state.name, state]));
  const running = new Map<string | undefined, TaskState[]>(services.map(({ name }) => [name, []]));
  for (const task of tasks) if (task.lastStatus === 'RUNNING') running.get(task.ecsService)?.push(task);
  return fleet.services.map((service) =>
    serviceStatus(service, states.get(service.ecsService), running.get(service.ecsService) ?? []),
  );
}

function serviceStatus(
  { name, ecsService }: Service,
  state: ServiceState | undefined,
  own: TaskState[],
): ServiceStatus {
  const healthy = own.filter(({ health }) => health === 'HEALTHY').length;
  const unhealthy = own.filter(({ health }) => health === 'UNHEALTHY').length;
  const health = { healthy, unhealthy, unknown: own.length - healthy - unhealthy };
  if (state === undefined) {
    return { service: name, ecsService, status: 'MISSING', desired: 0, running: 0, pending: 0, health };
  }
  const primary = state.deployments.find(({ status }) => status === 'PRIMARY');
  const { status, desired, running, pending } = state;
  return {
    ...{ service: name, ecsService, status, desired, running, pending, health },
    ...(primary && {
      taskDefinition: primary.taskDefinition.split('/').at(-1) ?? primary.taskDefinition,
      rollout: primary.rollout,
      rolloutReason: primary.rolloutReason,
      since: primary.updatedAt?.toISOString() ?? '',
    }),
  };
}
