import type { TaskState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { arrivalsOf } from '../arrivals.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { LogGroupsEvidence } from '../collectors/log-groups.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone, runningTasks } from '../tasks-of.ts';

export const logStreams = defineCheck({
  id: 'ecs.log-streams',
  title: 'log streams',
  layer: 'ecs',
  uses: ['log-groups', 'tasks', 'services'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.log-group'],
  explain:
    'Every running task has a log stream with something in it. Verify looks at the streams of a group that were written to last, as many as all tasks have and half as many again; a running task that is not among them, where there are more, has been quiet for longer than those, which is a warning. A task younger than an hour may have a stream that CloudWatch still calls empty.',
  subjects: serviceSubjects,
  judge: ({ 'log-groups': evidence, tasks, services }, fleet, now) =>
    fleet.services.map((service) =>
      judgeOne(service, runningTasks(tasks, service), isScaledToNone(services, service), evidence, now),
    ),
});

function judgeOne(
  service: Service,
  tasks: TaskState[],
  none: boolean,
  evidence: LogGroupsEvidence,
  now: Date,
): Judgement {
  const states = arrivalsOf(service, tasks, evidence, now).map(({ task: { id }, state }) => ({ id, state }));
  const common = {
    subject: serviceSubject(service),
    expected: 'a stream with events for every running task',
    observed: Object.fromEntries(states.map(({ id, state }) => [id, state])),
  };
  if (tasks.length === 0)
    return none
      ? { ...common, status: 'skip', message: 'is scaled to none' }
      : { ...common, status: 'unknown', message: 'no task runs that could write' };
  const say = (status: Judgement['status'], message: string): Judgement => ({
    ...common,
    status,
    message,
    remedy: [`gsys logs ${service.name}`],
  });
  const those = (wanted: string) => states.filter(({ state }) => state === wanted).map(({ id }) => id);
  const [absent, empty, quiet] = [those('absent'), those('empty'), those('quiet')];
  if (absent.length > 0) {
    const message = `no log stream of ${absent.join(', ')}: what they write is lost`;
    return { ...say('fail', message), remedy: [`gsys restart ${service.name}`] };
  }
  if (empty.length > 0) return say('warn', `nothing was ever written by ${empty.join(', ')}`);
  if (quiet.length > 0) return say('warn', `${quiet.join(', ')}: not among the streams written to last`);
  const young = those('young').length > 0 ? ', the others are young' : '';
  return {
    ...common,
    status: 'pass',
    message: `${those('written').length} of ${tasks.length} tasks have written${young}`,
  };
}
