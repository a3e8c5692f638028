import type { ServiceState, TaskState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { runningTasks } from '../tasks-of.ts';

export const health = defineCheck({
  id: 'ecs.health',
  title: 'task health',
  layer: 'ecs',
  uses: ['tasks', 'services'],
  dependsOn: ['ecs.inventory', 'ecs.running'],
  explain:
    'The health command of every running task says HEALTHY. UNKNOWN is no pass: the task has just started, or its task definition has no health check.',
  subjects: serviceSubjects,
  judge: ({ tasks, services }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        runningTasks(tasks, service),
        services.services.find(({ name }) => name === service.ecsService),
      ),
    ),
});

function judgeOne(service: Service, tasks: TaskState[], state: ServiceState | undefined): Judgement {
  const common = {
    subject: serviceSubject(service),
    expected: 'HEALTHY',
    observed: Object.fromEntries(tasks.map((task) => [task.id, task.health])),
  };
  if (tasks.length === 0)
    return state?.desired === 0
      ? { ...common, status: 'skip', message: 'is scaled to none' }
      : { ...common, status: 'unknown', message: 'no task runs whose health could be known' };
  const sick = tasks.filter((task) => task.health === 'UNHEALTHY');
  if (sick.length > 0) {
    const message = `${sick.length} of ${tasks.length} tasks are UNHEALTHY: ${ids(sick)}`;
    return { ...common, status: 'fail', message, remedy: [`gsys logs ${service.name}`] };
  }
  const unsaid = tasks.filter((task) => task.health !== 'HEALTHY');
  if (unsaid.length > 0) {
    const message = `${unsaid.length} of ${tasks.length} tasks do not say whether they are: ${ids(unsaid)}`;
    return { ...common, status: 'unknown', message };
  }
  if (state !== undefined && tasks.length < state.running) {
    const message = `ECS counts ${state.running} running tasks, of which ${tasks.length} could be looked at`;
    return { ...common, status: 'unknown', message };
  }
  return { ...common, status: 'pass', message: `${tasks.length} tasks are HEALTHY` };
}

function ids(tasks: TaskState[]): string {
  return tasks.map(({ id }) => id).join(', ');
}
