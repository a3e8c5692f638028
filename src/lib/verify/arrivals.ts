import type { TaskState } from '../aws/ecs.ts';
import type { Service } from '../fleet/fleet.ts';
import type { LogGroupsEvidence } from './collectors/log-groups.ts';

/** Milliseconds. CloudWatch may take up to an hour to say that a stream has events. */
const SETTLED = 60 * 60_000;
/** Milliseconds until a task has written its first line, and so has a stream. */
const STARTED = 60_000;

/**
 * What has arrived of a task: `absent`, no stream; `empty`, a stream with nothing in it; `young`, too early to tell;
 * `quiet`, not among the streams that were looked at.
 */
export type ArrivalState = 'written' | 'young' | 'empty' | 'absent' | 'quiet';

export interface Arrival {
  task: TaskState;
  state: ArrivalState;
}

/** What has arrived in the log of each of a service's tasks. Pure. */
export function arrivalsOf(
  service: Service,
  tasks: TaskState[],
  { groups }: LogGroupsEvidence,
  now: Date,
): Arrival[] {
  const { streams, more } = groups.find(({ name }) => name === service.logGroup) ?? NOTHING;
  return tasks.map((task) => {
    const stream = streams.find(({ name }) => name === streamName(service, task));
    return { task, state: stateOf(stream, more, task, now) };
  });
}

const NOTHING: Pick<LogGroupsEvidence['groups'][number], 'streams' | 'more'> = { streams: [], more: false };

function stateOf(
  stream: { hasEvents: boolean } | undefined,
  more: boolean,
  { startedAt }: TaskState,
  now: Date,
): ArrivalState {
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
