import { type AwsAccess, awsAccess } from '../aws/clients.ts';
import { ecs } from '../aws/ecs.ts';
import { ecsChanges } from '../aws/ecs-changes.ts';
import { streamReader } from '../aws/stream-reader.ts';
import { checkAccount } from '../aws/sts.ts';
import { GsysError } from '../errors.ts';
import type { Environment } from '../fleet/fleet.ts';
import { runnerOf } from '../fleet/in-vpc.ts';
import { pause, unlessAborted } from '../pause.ts';
import { watching } from '../release/watching.ts';
import { followTask } from './follow-task.ts';
import { exitCodeOf, taskCommand } from './outcome.ts';
import { type RemoteCommand, runRequest } from './run-request.ts';
import { requireRole, runnerDefinition } from './runner-definition.ts';
import { type RunnerImageOptions, runnerImage } from './runner-image.ts';
import { type Output, taskOutput } from './task-output.ts';

export interface InVpcOptions extends RunnerImageOptions {
  command: RemoteCommand;
  output: Output;
  /** Told when there is a task from now on. */
  onLaunch(): void;
  onNote(text: string): void;
  /** Ctrl-C: the task is stopped, and what it still says is waited for. */
  stop: AbortSignal;
  /** Ends the waiting too. */
  signal: AbortSignal;
}

/** Milliseconds to stop a task when the command's time is up. */
const LAST_WORDS = 4000;

/**
 * Runs a command of gsys in a task of its own image, inside the fleet's network, and writes what it writes.
 * @returns its exit code
 * @throws GsysError RUN_LOST when the task did not say how it ended
 */
export async function runInVpc(options: InVpcOptions): Promise<number> {
  const { fleet, access, command, signal, onStep } = options;
  requireRole(fleet.environment);
  await checkAccount(access);
  onStep('looking for gsys’s own image');
  const image = await runnerImage(options);
  const definition = await runnerDefinition(fleet, image, access);
  const request = runRequest(fleet, definition, command);
  signal.throwIfAborted();
  options.onLaunch();
  onStep('starting a task in the VPC');
  // Not ended by Ctrl-C: whatever has been asked for has to be known, to be stopped.
  const own = awsAccess(fleet.environment);
  const task = await ecsChanges(own).runTask(request);
  const following = followed(task, options, own);
  // Nobody listens to it after a second Ctrl-C.
  following.catch(() => undefined);
  try {
    return await unlessAborted(following, signal);
  } catch (error) {
    throw signal.aborted ? await leaving(task.arn, options) : error;
  }
}

async function followed(
  { arn, id }: { arn: string; id: string },
  options: InVpcOptions,
  access: AwsAccess,
): Promise<number> {
  const { fleet, stop, signal, onStep, onNote } = options;
  const { environment } = fleet;
  const { logGroup, logStreamPrefix, container } = runnerOf(fleet);
  const stopTask = () => ecsChanges(access).stopTask(arn, `gsys: stopped by ${options.command.who}`);
  // It may have ended by then, and whether it does is watched anyway.
  const onStop = () => void stopTask().catch((error) => onNote(`the task could not be stopped: ${error}`));
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  const output = taskOutput(options.output);
  const found = await followTask({
    ...{ arn, output },
    ecs: ecs(access),
    stream: streamReader(access, logGroup, `${logStreamPrefix}/${container}/${id}`),
    watching: watching({
      now: Date.now,
      chance: Math.random,
      pause: (milliseconds) => pause(milliseconds, signal),
      keepLock: async () => undefined,
    }),
    onStatus: (status) => onStep(`task ${id} is ${status}`),
  });
  if (found === undefined)
    throw new GsysError('RUN_LOST', `ECS does not know of task ${id} any more`, {
      next: taskCommand(environment, 'describe-tasks --tasks', arn),
    });
  if (!found.complete) onNote(`the last of what task ${id} said did not come`);
  return stop.aborted ? STOPPED : exitCodeOf(found.task, environment);
}

/** As of every command that Ctrl-C has ended. */
const STOPPED = 130;

/** Why nobody waits for the task any more, and what becomes of it. */
async function leaving(arn: string, { fleet, signal }: InVpcOptions): Promise<GsysError> {
  const { environment } = fleet;
  const { code, message } = signal.reason as GsysError;
  // Once more, if it has been told already: whoever is that impatient may have been quicker than the request.
  const told = await stopInTime(arn, environment);
  const state = told ? 'has been told to stop' : 'still runs';
  return new GsysError(code, `${message}; task ${arn.split('/').at(-1)} in the VPC ${state}`, {
    next: taskCommand(environment, told ? 'describe-tasks --tasks' : 'stop-task --task', arn),
  });
}

async function stopInTime(arn: string, environment: Environment): Promise<boolean> {
  const last = ecsChanges(awsAccess(environment, AbortSignal.timeout(LAST_WORDS)));
  try {
    await last.stopTask(arn, 'gsys: nobody waits for it any more');
    return true;
  } catch {
    return false;
  }
}
