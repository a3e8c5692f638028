import type { TaskState } from '../aws/ecs.ts';
import { GsysError } from '../errors.ts';
import { awsCommand } from '../fleet/aws-command.ts';
import type { Environment } from '../fleet/fleet.ts';
import { describeStop } from '../probe/stopped-task.ts';

/** Codes that a command of gsys ends with; anything else was not its own doing. */
const OWN = [0, 1, 2, 3, 4, 130];

/** Whether the task's one container has come to its end, or will never begin. Pure. */
export function hasEnded({ lastStatus, containers }: TaskState): boolean {
  return lastStatus === 'STOPPED' || containers.some(({ exitCode }) => exitCode !== undefined);
}

/**
 * The exit code of a task that has ended. Pure.
 * @throws GsysError RUN_LOST when it says nothing about what the command found
 */
export function exitCodeOf(task: TaskState, environment: Environment): number {
  const code = task.containers[0]?.exitCode;
  if (code !== undefined && OWN.includes(code)) return code;
  const what = code === undefined ? 'did not run it' : 'was cut off';
  throw new GsysError('RUN_LOST', `the task in the VPC ${what}: ${describeStop(task).reason}`, {
    next: taskCommand(environment, 'describe-tasks --tasks', task.arn),
  });
}

/** @param words `stop-task --task` */
export function taskCommand(environment: Environment, words: string, arn: string): string {
  return awsCommand(environment, `ecs ${words} ${arn} --cluster ${environment.cluster}`);
}
