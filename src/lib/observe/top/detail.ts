import type { TaskState } from '../../aws/ecs.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { ecsEvents, newestFirst } from './events.ts';
import type { OldSince } from './pace.ts';
import type { Detail, ServiceRow, TaskRow } from './rows.ts';
import type { Watched } from './watched.ts';

const EVENTS = 20;

/** The service that is looked at closely; undefined while none is. Pure. */
export function detailOf(
  fleet: Pick<Fleet, 'services'>,
  watched: Watched,
  rows: ServiceRow[],
  oldSince: OldSince,
): Detail | undefined {
  const { focus } = watched;
  const service = fleet.services.find(({ name }) => name === focus?.service);
  const row = rows.find(({ name }) => name === focus?.service);
  if (focus === undefined || service === undefined || row === undefined) return undefined;
  const state = watched.services.value?.find(({ name }) => name === service.ecsService);
  const noticed = watched.notices.filter(({ about }) => about.includes(service.ecsService));
  const releases = watched.releases.value;
  return {
    row,
    scaling: service.scaling,
    tasks: (focus.tasks.value ?? []).map((task) => taskRow(task, watched)).sort(byTime),
    tasksOldSince: oldSince(focus.tasks, 'focus-tasks'),
    events: newestFirst([...noticed, ...(state ? ecsEvents(state, service.name, EVENTS) : [])]),
    release: releases && (releases.find(({ services }) => services.includes(service.name)) ?? null),
    log: focus.log,
    logTrouble: focus.logTrouble,
  };
}

function taskRow(task: TaskState, { work }: Watched): TaskRow {
  const stopped = task.lastStatus === 'STOPPED';
  const told = work.lost === undefined ? work.value : undefined;
  return {
    id: task.id,
    status: task.lastStatus,
    health: stopped ? '' : task.health,
    revision: task.taskDefinition.split('/').at(-1) ?? '',
    since: (task.stoppedAt ?? task.startedAt ?? task.createdAt)?.getTime(),
    answers: stopped ? undefined : told?.some(({ taskArn }) => taskArn === task.arn),
    note: stopped ? whyStopped(task) : '',
  };
}

function whyStopped({ stopCode, stoppedReason, containers }: TaskState): string {
  const exit = containers.find(({ exitCode, reason }) => exitCode !== undefined || reason !== undefined);
  const code = exit?.exitCode === undefined ? undefined : `exit ${exit.exitCode}`;
  return [stopCode, code, exit?.reason, stoppedReason].filter(Boolean).join(', ');
}

/** Running ones first, then those that stopped last. */
function byTime(a: TaskRow, b: TaskRow): number {
  const stopped = (row: TaskRow) => Number(row.status === 'STOPPED');
  return stopped(a) - stopped(b) || (b.since ?? 0) - (a.since ?? 0);
}
