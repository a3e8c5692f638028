import { expect, it } from 'vitest';
import type { TaskState } from '../../../src/lib/aws/ecs.ts';
import type { Environment } from '../../../src/lib/fleet/fleet.ts';
import { exitCodeOf, hasEnded } from '../../../src/lib/in-vpc/outcome.ts';

const environment = { region: 'us-east-1', cluster: 'c' } as Environment;

function task(lastStatus: string, container: object, stoppedReason?: string): TaskState {
  return { arn: 'task/c/1', id: '1', lastStatus, stoppedReason, containers: [container] } as TaskState;
}

it.each([0, 1, 2, 3, 4, 130])('exit code %d of the command is passed on', (exitCode) => {
  expect(exitCodeOf(task('STOPPED', { exitCode }), environment)).toBe(exitCode);
});

it('a command that was killed has found nothing out', () => {
  const killed = task('STOPPED', { name: 'gsys-runner', exitCode: 137 }, 'OutOfMemoryError');
  expect(() => exitCodeOf(killed, environment)).toThrow(
    expect.objectContaining({
      exitCode: 3,
      message: 'the task in the VPC was cut off: OutOfMemoryError; exit code 137 (SIGKILL)',
      next: 'aws --region us-east-1 ecs describe-tasks --tasks task/c/1 --cluster c',
    }),
  );
});

it('a task that did not start is told with ECS’s reason', () => {
  const lost = task('STOPPED', { name: 'gsys-runner' }, 'CannotPullContainerError: not found');
  expect(() => exitCodeOf(lost, environment)).toThrow(
    'the task in the VPC did not run it: CannotPullContainerError: not found',
  );
});

it('its container’s end is waited for, and not that of its network', () => {
  expect(hasEnded(task('DEPROVISIONING', { exitCode: 0 }))).toBe(true);
  expect(hasEnded(task('RUNNING', {}))).toBe(false);
  expect(hasEnded(task('STOPPED', {}))).toBe(true);
});
