import { type Child, startChild } from './child.ts';
import type { TrialTask } from './trial-task.ts';
import { waitFor } from './wait-for.ts';

/** A task under trial, as ECS, the load balancer and its own health command see it. */
export interface AskedTask {
  task: TrialTask;
  child: Child;
  signal: AbortSignal;
}

/** Milliseconds for one answer. */
const ANSWER = 2000;

/**
 * The status that a route answers with; asked again until there is an answer that will do.
 * @param patience milliseconds
 * @returns the last one; undefined when nobody answered, or the task has ended
 */
export async function statusOf(
  { task, child, signal }: AskedTask,
  route: '/health' | '/ready',
  patience: number,
  willDo: (status: number) => boolean = () => true,
): Promise<number | undefined> {
  let last: number | undefined;
  const ask = async () => {
    const answer = await fetch(task.url + route, { signal: AbortSignal.timeout(ANSWER) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer !== undefined) last = answer.status;
    return child.hasExited() || (last !== undefined && willDo(last)) || undefined;
  };
  await waitFor(ask, patience, signal);
  return child.hasExited() ? undefined : last;
}

/**
 * Runs the health command as ECS does: again when it fails, so many times.
 * @returns its exit code, 137 where it took too long; undefined when the task has none
 */
export async function healthCode({ task, signal }: AskedTask, times: number): Promise<number | undefined> {
  if (task.healthCommand === undefined) return undefined;
  let code = 0;
  for (let i = 0; i < times; i++) {
    const command = startChild(task.health());
    try {
      await waitFor(async () => command.hasExited() || undefined, task.healthTimeout, signal);
    } finally {
      command.signal('SIGKILL');
    }
    code = await command.exited;
    if (code === 0) break;
  }
  return code;
}
