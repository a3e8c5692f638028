import type { ServiceRecord, TaskRecord } from '../records.ts';

export interface TaskPlan {
  /** How many tasks of the PRIMARY deployment to start. */
  launch: number;
  stop: { task: TaskRecord; why: 'unhealthy' | 'scaling' }[];
}

/**
 * What a service's tasks should become next.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 * @param tasks that have not stopped yet
 */
export function planTasks(service: ServiceRecord, tasks: TaskRecord[]): TaskPlan {
  const wanted = tasks.filter((task) => task.desiredStatus === 'RUNNING');
  const primary = service.deployments.find((deployment) => deployment.status === 'PRIMARY');
  if (service.status !== 'ACTIVE' || !primary) return { launch: 0, stop: wanted.map(scaling) };

  const unhealthy = wanted.filter((task) => task.healthStatus === 'UNHEALTHY' && !task.inGrace);
  const useful = wanted.filter((task) => !unhealthy.includes(task));
  const { desiredCount } = service;
  const { min, max } = taskLimits(service);
  const isNew = (task: TaskRecord) => task.startedBy === primary.id;
  const current = useful.filter(isNew).sort(bestFirst);
  const surplus = current.slice(desiredCount);

  // A deployment that has failed starts and replaces nothing: what still runs is all there is.
  const old = primary.rolloutState === 'FAILED' ? [] : useful.filter((task) => !isNew(task)).sort(bestFirst);
  const idle = old.filter((task) => !task.counted);
  const healthy = old.filter((task) => task.counted);
  const kept = useful.filter((task) => task.counted && !surplus.includes(task)).length;
  const free = Math.min(healthy.length, Math.max(0, kept - min));
  const replaced = free === 0 ? [] : healthy.slice(-free);

  const stopping = [...surplus, ...idle, ...replaced];
  const room = max - (useful.length - stopping.length);
  const missing = desiredCount - Math.min(current.length, desiredCount);
  return {
    launch: primary.rolloutState === 'FAILED' ? 0 : Math.max(0, Math.min(missing, room)),
    stop: [...unhealthy.map((task) => ({ task, why: 'unhealthy' as const })), ...stopping.map(scaling)],
  };
}

/** The minimum rounds up, the maximum down. */
export function taskLimits({ desiredCount, configuration }: ServiceRecord): { min: number; max: number } {
  return {
    min: Math.ceil((desiredCount * configuration.minimumHealthyPercent) / 100),
    max: Math.floor((desiredCount * configuration.maximumPercent) / 100),
  };
}

function scaling(task: TaskRecord) {
  return { task, why: 'scaling' as const };
}

/** Those that serve stay before those that do not yet, older before younger. */
function bestFirst(a: TaskRecord, b: TaskRecord): number {
  return Number(b.counted) - Number(a.counted) || a.createdAt - b.createdAt;
}
