import type { TaskState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import type { Released } from '../../release/records.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ServicesEvidence } from '../collectors/services.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone, runningTasks } from '../tasks-of.ts';

export const revision = defineCheck({
  id: 'ecs.revision',
  title: 'revision and digest',
  layer: 'ecs',
  uses: ['tasks', 'services', 'releases'],
  dependsOn: ['ecs.inventory', 'ecs.running'],
  explain:
    'Every running task has the task definition and the image digest of the last release that succeeded: not of what this machine has built, and not of what the service was told last.',
  subjects: serviceSubjects,
  judge: ({ tasks, services, releases }, fleet) =>
    fleet.services.map((service) => {
      const released = releases.services[service.name];
      const running = runningTasks(tasks, service);
      if (running.length === 0 && isScaledToNone(services, service))
        return { ...about(service, running, released), status: 'skip', message: 'is scaled to none' };
      return judgeOne(service, running, released, isUnderWay(services, service));
    }),
});

function judgeOne(
  service: Service,
  tasks: TaskState[],
  released: Released | undefined,
  underWay: boolean,
): Judgement {
  const common = about(service, tasks, released);
  const say = (status: Judgement['status'], message: string): Judgement => ({ ...common, status, message });
  if (released === undefined)
    return { ...say('unknown', 'no release of it succeeded'), remedy: [deploy(service)] };
  if (tasks.length === 0) return say('unknown', 'no task runs whose revision could be known');
  const other = tasks.filter((task) => !isReleased(task, service, released));
  if (other.length === 0) return say('pass', `${tasks.length} tasks run ${short(released.taskDefinition)}`);
  const found = [...new Set(other.map((task) => short(task.taskDefinition)))].join(', ');
  const image = other.every((task) => digestOf(task, service) === released.imageDigest)
    ? `, and not ${short(released.taskDefinition)} as`
    : ' with another image than';
  const message = `${other.length} of ${tasks.length} tasks run ${found}${image} release ${released.release} left`;
  if (underWay) return say('warn', `${message}; a deployment is under way`);
  if (other.some((task) => digestOf(task, service) === undefined))
    return say('unknown', `ECS does not tell the image digest of ${other.map(({ id }) => id).join(', ')}`);
  return { ...say('fail', message), remedy: [deploy(service)] };
}

function about(service: Service, tasks: TaskState[], released: Released | undefined) {
  return {
    subject: serviceSubject(service),
    expected: released ?? 'a release record',
    observed: tasks.map((task) => ({
      task: task.id,
      taskDefinition: task.taskDefinition,
      imageDigest: digestOf(task, service),
    })),
  };
}

function isReleased(task: TaskState, service: Service, released: Released): boolean {
  return task.taskDefinition === released.taskDefinition && digestOf(task, service) === released.imageDigest;
}

function digestOf({ containers }: TaskState, { ecsService }: Service): string | undefined {
  return containers.find(({ name }) => name === ecsService)?.imageDigest;
}

function isUnderWay({ services }: ServicesEvidence, { ecsService }: Service): boolean {
  const deployments = services.find(({ name }) => name === ecsService)?.deployments ?? [];
  return deployments.some(({ rollout }) => rollout === 'IN_PROGRESS');
}

/** `settings-nats:3` of its ARN. */
function short(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}

function deploy({ name }: Service): string {
  return `gsys deploy ${name}`;
}
