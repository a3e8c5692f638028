import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TaskStopCode } from '@aws-sdk/client-ecs';
import { messageOf } from '../../../lib/errors.ts';
import { watchHealth } from '../../runtime/health-watch.ts';
import type { ContainerSpec, RunningContainer } from '../../runtime/runtime.ts';
import { healthRule, worstHealth } from '../definition-facts.ts';
import type { ContainerRecord, DefinitionRecord, LastStatus, TaskRecord } from '../records.ts';
import type { World } from '../world.ts';
import { prepareContainers } from './prepare-containers.ts';

export interface TaskRun {
  /** Asks the task to end; the first to ask says why. */
  stop(code: TaskStopCode, reason: string): void;
  /** Those that have started; ended ones too. */
  containers(): RunningContainer[];
  ended: Promise<void>;
}

interface Started {
  container: RunningContainer;
  record: ContainerRecord;
  /** Milliseconds between SIGTERM and SIGKILL. */
  grace: number;
  stopWatching(): void;
}

const DEFAULT_STOP_TIMEOUT = 30;

/** Takes one task through its whole life, from PROVISIONING to STOPPED. `changed` is told of every step. */
export function runTask(
  world: World,
  task: TaskRecord,
  definition: DefinitionRecord,
  changed: () => void,
): TaskRun {
  const started: Started[] = [];
  let askToEnd = () => {};
  const asked = new Promise<void>((resolve) => {
    askToEnd = resolve;
  });
  const become = (status: LastStatus) => {
    task.lastStatus = status;
    task.version += 1;
    changed();
  };
  const isEnding = () => task.desiredStatus === 'STOPPED';
  const stop = (code: TaskStopCode, reason: string) => {
    if (isEnding()) return;
    task.desiredStatus = 'STOPPED';
    task.stopCode = code;
    task.stoppedReason = reason;
    task.stoppingAt = world.clock.now();
    task.version += 1;
    changed();
    askToEnd();
  };
  const folder = path.join(world.taskFolder, task.id);

  async function live(): Promise<void> {
    await Promise.resolve(); // whoever launched it sees PROVISIONING first
    become('PENDING');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const specs = await prepareContainers(world, task, definition);
    if (isEnding()) return;
    become('ACTIVATING');
    for (const [i, spec] of specs.entries()) await startOne(i, spec);
    if (isEnding()) return;
    task.startedAt = world.clock.now();
    become('RUNNING');
    await asked;
  }

  async function startOne(i: number, spec: ContainerSpec): Promise<void> {
    const record = task.containers[i];
    const declared = definition.containerDefinitions[i];
    if (!record || !declared || isEnding()) return;
    const container = await world.runtime.start(spec).catch((error) => {
      record.reason = messageOf(error);
      throw error;
    });
    const { pid, id: containerId } = container;
    Object.assign(record, { pid, containerId, lastStatus: 'RUNNING', startedAt: world.clock.now() });
    const rule = healthRule(declared);
    const stopWatching = rule
      ? watchHealth({
          rule,
          clock: world.clock,
          ask: () => container.check(rule.command, rule.timeout * 1000),
          onChange(status) {
            record.healthStatus = status;
            task.healthStatus = worstHealth(task.containers);
            task.version += 1;
            changed();
          },
          onError: world.onError,
        })
      : () => {};
    const grace = (declared.stopTimeout ?? DEFAULT_STOP_TIMEOUT) * 1000;
    started.push({ container, record, grace, stopWatching });
    void container.exited.then((exit) => {
      stopWatching();
      Object.assign(record, exit, { lastStatus: 'STOPPED', pid: undefined });
      if (record.essential) stop('EssentialContainerExited', 'Essential container in task exited');
      else changed();
    });
  }

  async function end(): Promise<void> {
    for (const { stopWatching } of started) stopWatching();
    if (started.length > 0) {
      become('DEACTIVATING');
      become('STOPPING');
      await Promise.all(started.map(({ container, grace }) => container.stop(grace)));
      await Promise.all(started.map(({ container }) => container.exited));
      task.executionStoppedAt = world.clock.now();
    }
    become('DEPROVISIONING');
    await rm(folder, { recursive: true, force: true }).catch(world.onError);
    for (const record of task.containers) record.lastStatus = 'STOPPED';
    task.stoppedAt = world.clock.now();
    become('STOPPED');
  }

  const ended = live()
    .catch((error) => stop('TaskFailedToStart', messageOf(error)))
    .then(end)
    .catch(world.onError);
  return { stop, containers: () => started.map(({ container }) => container), ended };
}
