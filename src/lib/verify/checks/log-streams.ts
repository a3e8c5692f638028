import type { TaskState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { LogGroupsEvidence } from '../collectors/log-groups.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone, runningTasks } from '../tasks-of.ts';

/** Milliseconds. CloudWatch may take up to an hour to say that a stream has events. */
const SETTLED = 60 * 60_000;
/** Milliseconds until a task has written its first line, and so has a stream. */
const STARTED = 60_000;

export const logStreams = defineCheck({
  id: 'ecs.log-streams',
  title: 'log streams',
  layer: 'ecs',
  uses: ['log-groups', 'tasks', 'services'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.log-group'],
  explain:
    'Every running task has a log stream with something in it. Verify looks at the fifty streams of a group that were written to last; a running task that is not among them, where there are more, has been quiet for longer than those, which is a warning. A task younger than an hour may have a stream that CloudWatch still calls empty.',
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
  { groups }: LogGroupsEvidence,
  now: Date,
): Judgement {
  const { streams, more } = groups.find(({ name }) => name === service.logGroup) ?? {
    streams: [],
    more: false,
  };
  const states = tasks.map((task) => {
    const stream = streams.find(({ name }) => name === streamName(service, task));
    return { task, id: task.id, state: stateOf(stream, more, task, now) };
  });
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
  if (quiet.length > 0)
    return say('warn', `${quiet.join(', ')}: not among the ${streams.length} streams written to last`);
  const young = those('young').length > 0 ? ', the others are young' : '';
  return {
    ...common,
    status: 'pass',
    message: `${those('written').length} of ${tasks.length} tasks have written${young}`,
  };
}

type StreamState = 'written' | 'young' | 'empty' | 'absent' | 'quiet';

function stateOf(
  stream: { hasEvents: boolean } | undefined,
  more: boolean,
  { startedAt }: TaskState,
  now: Date,
): StreamState {
  if (stream?.hasEvents) return 'written';
  const age = now.getTime() - (startedAt ?? now).getTime();
  if (age < (stream === undefined ? STARTED : SETTLED)) return 'young';
  if (stream !== undefined) return 'empty';
  return more ? 'quiet' : 'absent';
}

/** As the awslogs driver names them: the prefix is the service's, and so is the container's name. */
function streamName({ ecsService }: Service, { id }: TaskState): string {
  return `${ecsService}/${ecsService}/${id}`;
}
