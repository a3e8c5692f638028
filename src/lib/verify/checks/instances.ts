import type { TaskState } from '../../aws/ecs.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import type { Instance } from '../../probe/instances.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone, runningTasks } from '../tasks-of.ts';

export const instances = defineCheck({
  id: 'service.instances',
  title: 'instances',
  layer: 'service',
  uses: ['instances', 'tasks', 'services'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.health', 'nats.reach'],
  explain:
    'Every running task of every service answers $SRV.PING with its own task ARN: it is connected and can be found. Whoever else answers, or belongs to no service of the definition, is a warning.',
  subjects: serviceSubjects,
  judge: ({ instances: found, tasks, services }, fleet, now) => [
    ...fleet.services.map((service) => {
      const running = runningTasks(tasks, service);
      const own = found.filter((instance) => instance.service === service.name);
      const leaving = tasks.stopped.map(({ arn }) => arn);
      if (running.length === 0 && own.length === 0 && isScaledToNone(services, service))
        return { ...about(service, running, own), status: 'skip' as const, message: 'is scaled to none' };
      return judgeOne(service, running, own, leaving, now);
    }),
    ...unknownServices(found, fleet),
  ],
});

function judgeOne(
  service: Service,
  running: TaskState[],
  own: Instance[],
  leaving: string[],
  now: Date,
): Judgement {
  const common = about(service, running, own);
  const silent = running.filter(({ arn }) => !own.some(({ taskArn }) => taskArn === arn));
  const strangers = own.filter(({ taskArn }) => !running.some(({ arn }) => arn === taskArn));
  const uninvited = strangers.filter(({ taskArn }) => !leaving.includes(taskArn ?? ''));
  const dead = silent.filter((task) => !isStarting(task, service, now));
  const say = (status: Judgement['status'], message: string): Judgement => ({ ...common, status, message });
  if (dead.length > 0) {
    const message = `${dead.length} of ${running.length} tasks do not answer $SRV.PING: ${ids(dead)}`;
    return { ...say('fail', message), remedy: [`gsys logs ${service.name}`, `gsys restart ${service.name}`] };
  }
  if (silent.length > 0) return say('unknown', `${ids(silent)} is still starting`);
  if (running.length === 0) return say('unknown', 'no task runs that could answer');
  if (uninvited.length > 0) {
    const names = uninvited
      .map(({ id, taskArn }) => taskArn?.split('/').at(-1) ?? `instance ${id}`)
      .join(', ');
    return say('warn', `${names} answers too, and is no running task of it`);
  }
  return say('pass', `${running.length} tasks answer`);
}

function about(service: Service, running: TaskState[], own: Instance[]) {
  return {
    subject: serviceSubject(service),
    expected: running.map(({ arn }) => arn),
    observed: own.map(({ taskArn, id }) => taskArn ?? `no task, instance ${id}`),
  };
}

function unknownServices(found: Instance[], { services }: Fleet): Judgement[] {
  const names = new Set(found.map(({ service }) => service));
  for (const { name } of services) names.delete(name);
  return [...names].map((name) => ({
    subject: { kind: 'service', name },
    status: 'warn',
    message: 'answers $SRV.PING and is not in the definition',
    expected: 'a service of the definition',
    observed: found.filter(({ service }) => service === name).map(({ id }) => id),
  }));
}

/** Before its health command has said anything, a task may still be on its way to NATS. */
function isStarting({ health, startedAt }: TaskState, service: Service, now: Date): boolean {
  const age = now.getTime() - (startedAt?.getTime() ?? 0);
  return health === 'UNKNOWN' && age < service.health.startPeriod * 1000;
}

function ids(tasks: TaskState[]): string {
  return tasks.map(({ id }) => id).join(', ');
}
