import type { TaskState } from '../aws/ecs.ts';
import type { Logs } from '../aws/logs.ts';

/** Why a task stopped, and its last words. */
export interface StoppedTask {
  task: string;
  ecsService: string | undefined;
  kind: StopKind;
  /** Whether it speaks against the revision that the task ran. */
  fault: boolean;
  /** ECS's own sentence, with what its containers add. */
  reason: string;
  stopCode?: string;
  exitCode?: number;
  stoppedAt?: string;
  /** Its last log lines, oldest first. */
  logs: string[];
}

/**
 * `start` could not be started · `memory` killed over its limit · `application` its process ended · `health` its
 * health checks failed · `ordered` scaled away, replaced or stopped by hand · `platform` the machine under it went
 */
export type StopKind = 'start' | 'memory' | 'application' | 'health' | 'ordered' | 'platform' | 'unknown';

const FAULTS: Record<StopKind, boolean> = {
  start: true,
  memory: true,
  application: true,
  health: true,
  ordered: false,
  platform: false,
  unknown: true,
};

/** @param lines how many of its last log lines */
export async function explainStoppedTask(
  task: TaskState,
  logs: Pick<Logs, 'tail'>,
  logGroup: string,
  lines: number,
): Promise<StoppedTask> {
  const name = task.containers[0]?.name ?? task.ecsService ?? '';
  // awslogs names streams prefix/container/task id; prefix and container are both called as the ECS service.
  const stream = `${task.ecsService ?? name}/${name}/${task.id}`;
  const said = await logs.tail(logGroup, stream, lines).catch(() => []);
  return { ...describeStop(task), logs: said.map(({ message }) => message) };
}

/** Without its log. Pure. */
export function describeStop(task: TaskState): StoppedTask {
  const kind = classifyStop(task);
  const exitCode = task.containers.find((container) => container.exitCode !== undefined)?.exitCode;
  return {
    task: task.id,
    ecsService: task.ecsService,
    kind,
    fault: FAULTS[kind],
    reason: reasonOf(task, exitCode),
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(exitCode !== undefined && { exitCode }),
    ...(task.stoppedAt && { stoppedAt: task.stoppedAt.toISOString() }),
    logs: [],
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
export function classifyStop({ stopCode, stoppedReason = '', containers }: TaskState): StopKind {
  const reasons = [stoppedReason, ...containers.map(({ reason }) => reason ?? '')].join('\n');
  if (/OutOfMemoryError/.test(reasons)) return 'memory';
  if (/failed (container|ELB) health checks/i.test(reasons)) return 'health';
  if (
    stopCode === 'TaskFailedToStart' ||
    /^(Cannot(Pull|Start|Create|Inspect)\w*Error|ResourceInit)/m.test(reasons)
  )
    return 'start';
  if (/^(Container|Docker)\w*TimeoutError/m.test(reasons)) return 'start';
  if (stopCode === 'EssentialContainerExited') return 'application';
  if (stopCode === 'UserInitiated' || stopCode === 'ServiceSchedulerInitiated') return 'ordered';
  if (/^(SpotInterruption|TerminationNotice|InfrastructureHealth)$/.test(stopCode ?? '')) return 'platform';
  return 'unknown';
}

function reasonOf({ stoppedReason, containers }: TaskState, exitCode: number | undefined): string {
  const added = containers.flatMap(({ name, reason }) => (reason ? [`${name}: ${reason}`] : []));
  const exit = exitCode === undefined ? [] : [`exit code ${exitCode}${signalOf(exitCode)}`];
  return [stoppedReason ?? 'stopped without a reason', ...added, ...exit].join('; ');
}

const SIGNALS: Record<number, string> = {
  134: ' (SIGABRT)',
  137: ' (SIGKILL)',
  139: ' (SIGSEGV)',
  143: ' (SIGTERM)',
};

function signalOf(exitCode: number): string {
  return SIGNALS[exitCode] ?? '';
}
