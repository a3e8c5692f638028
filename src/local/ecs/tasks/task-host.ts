import { mkdirSync, rmSync } from 'node:fs';
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import type { RunningContainer } from '../../runtime/runtime.ts';
import type { TaskRecord } from '../records.ts';
import type { World } from '../world.ts';
import { createAddresses } from './addresses.ts';
import { newTask, type TaskRequest } from './new-task.ts';
import { runTask, type TaskRun } from './run-task.ts';

/** The machine, as a place where tasks live. */
export interface TaskHost {
  launch(request: TaskRequest): TaskRecord;
  stop(task: TaskRecord, code: TaskStopCode, reason: string): void;
  /** What the RUNNING ones consist of. */
  running(): RunningTask[];
  /** Ends every task and lets no new one begin. */
  close(): Promise<void>;
}

export interface RunningTask {
  task: TaskRecord;
  containers: RunningContainer[];
}

/** Stopped tasks can be described for an hour (ms). */
const KEEP_STOPPED = 3600 * 1000;
const FORGET_EVERY = 60 * 1000;
const PLATFORM_STOPPED = 'The platform was stopped.';

export function createTaskHost(world: World, slot: number, changed: (task: TaskRecord) => void): TaskHost {
  const addresses = createAddresses(slot);
  const runs = new Map<string, { task: TaskRecord; run: TaskRun }>();
  let closed = false;
  let forgotAt = world.clock.now();
  const forgetNowAndThen = () => {
    if (world.clock.now() - forgotAt < FORGET_EVERY) return;
    forgotAt = world.clock.now();
    forgetOldTasks(world);
  };
  endLeftovers(world);

  return {
    launch(request) {
      if (closed) throw new Error(PLATFORM_STOPPED);
      const task = newTask(world, request, addresses.take());
      world.tasks.set(task.arn, task);
      const run = runTask(world, task, request.definition, () => {
        try {
          world.tasks.set(task.arn, task);
          changed(task);
        } catch (error) {
          world.onError(error);
        }
      });
      runs.set(task.arn, { task, run });
      void run.ended.then(() => {
        runs.delete(task.arn);
        addresses.giveBack(task.address);
        forgetNowAndThen();
      });
      return task;
    },
    stop: (task, code, reason) => runs.get(task.arn)?.run.stop(code, reason),
    running: () =>
      [...runs.values()]
        .filter(({ task }) => task.lastStatus === 'RUNNING')
        .map(({ task, run }) => ({ task, containers: run.containers() })),
    async close() {
      closed = true;
      const all = [...runs.values()];
      for (const { run } of all) run.stop('TerminationNotice', PLATFORM_STOPPED);
      await Promise.all(all.map(({ run }) => run.ended));
    },
  };
}

/** Tasks of an earlier run are gone, whatever they were doing; their private folders go too. */
function endLeftovers(world: World): void {
  rmSync(world.taskFolder, { recursive: true, force: true });
  mkdirSync(world.taskFolder, { recursive: true, mode: 0o700 });
  for (const task of world.tasks.values()) {
    if (task.lastStatus === 'STOPPED') continue;
    for (const container of task.containers)
      Object.assign(container, { lastStatus: 'STOPPED', pid: undefined });
    task.stopCode ??= 'TerminationNotice';
    task.stoppedReason ??= 'The platform ended without stopping this task.';
    Object.assign(task, { lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stoppedAt: world.clock.now() });
    world.tasks.set(task.arn, task);
  }
  forgetOldTasks(world);
}

function forgetOldTasks(world: World): void {
  const before = world.clock.now() - KEEP_STOPPED;
  for (const task of world.tasks.values())
    if (task.lastStatus === 'STOPPED' && (task.stoppedAt ?? 0) < before) world.tasks.delete(task.arn);
}
