import type { TaskState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ServicesEvidence } from '../collectors/services.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

const MINUTE = 60_000;
/** Milliseconds. ECS forgets a stopped task after about an hour. */
const RECENT = 15 * MINUTE;
/** So many stops of what runs now, in such a time, are no accident. */
const FLAPPING = { stops: 3, within: 2 * MINUTE };

export const stops = defineCheck({
  id: 'ecs.stops',
  title: 'stopped tasks',
  layer: 'ecs',
  uses: ['tasks', 'services'],
  dependsOn: ['ecs.account', 'ecs.inventory'],
  explain:
    'No task of the last 15 minutes stopped because it failed: ended by itself, did not start, or was found unhealthy. One that did is a warning with its reason; three of the present revision within 2 minutes are flapping, a failure. What the scheduler, a person or the infrastructure stopped did not fail.',
  subjects: serviceSubjects,
  judge: ({ tasks, services }, fleet, now) =>
    fleet.services.map((service) => judgeOne(service, tasks.stopped, services, now)),
});

function judgeOne(service: Service, stopped: TaskState[], services: ServicesEvidence, now: Date): Judgement {
  const age = (task: TaskState) => now.getTime() - (task.stoppedAt ?? now).getTime();
  const bad = stopped
    .filter((task) => task.ecsService === service.ecsService && age(task) < RECENT && hasFailed(task))
    .sort((a, b) => age(a) - age(b));
  const current = services.services.find(({ name }) => name === service.ecsService)?.taskDefinition;
  const again = bad.filter((task) => task.taskDefinition === current && age(task) < FLAPPING.within);
  const common = {
    subject: serviceSubject(service),
    expected: 'no task stopped because it failed',
    observed: bad.map((task) => ({
      task: task.id,
      stoppedAt: task.stoppedAt,
      code: task.stopCode,
      reason: reason(task),
    })),
  };
  const [last] = bad;
  if (last === undefined) return { ...common, status: 'pass', message: 'none in 15 minutes' };
  const flaps = again.length >= FLAPPING.stops;
  const count = flaps
    ? `flapping: ${again.length} tasks stopped in 2 minutes`
    : `${tasks(bad)} stopped in 15 minutes`;
  return {
    ...common,
    status: flaps ? 'fail' : 'warn',
    message: `${count}, the last: ${reason(last)}`,
    remedy: [`gsys logs ${service.name}`],
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html#ECS-Type-Task-stopCode */
function hasFailed({ stopCode, stoppedReason = '' }: TaskState): boolean {
  if (stopCode === 'ServiceSchedulerInitiated') return /failed|unhealthy/i.test(stoppedReason);
  return stopCode !== undefined && !NOT_ITS_FAULT.includes(stopCode);
}

/** A code that gsys does not know is none of these. */
const NOT_ITS_FAULT = ['UserInitiated', 'SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'];

function reason({ stopCode, stoppedReason, containers }: TaskState): string {
  const own = containers.flatMap(({ exitCode, reason: why }) => [
    ...(why ? [why] : []),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ]);
  return [stoppedReason || stopCode, ...own].join(', ');
}

function tasks(list: TaskState[]): string {
  return list.length === 1 ? '1 task' : `${list.length} tasks`;
}
