import type { TaskState } from '../aws/ecs.ts';
import type { Service } from '../fleet/fleet.ts';
import type { ServicesEvidence } from './collectors/services.ts';
import type { TasksEvidence } from './collectors/tasks.ts';

/** A service's tasks that run now; those on their way up or down have nothing to answer for yet. */
export function runningTasks({ running }: TasksEvidence, { ecsService }: Service): TaskState[] {
  return running.filter((task) => task.ecsService === ecsService && task.lastStatus === 'RUNNING');
}

/** Where nothing should run, nothing running is no lack. What the definition thinks of it, `ecs.running` says. */
export function isScaledToNone({ services }: ServicesEvidence, { ecsService }: Service): boolean {
  return services.some(({ name, desired }) => name === ecsService && desired === 0);
}
