import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../../src/lib/aws/ecs.ts';
import { classifyStop, describeStop, explainStoppedTask } from '../../../src/lib/probe/stopped-task.ts';

function task(
  stopCode: string,
  stoppedReason: string,
  container: { exitCode?: number; reason?: string } = {},
) {
  return {
    id: 'abc',
    ecsService: 'settings-nats',
    stopCode,
    stoppedReason,
    containers: [{ name: 'settings-nats', ...container }],
  } as TaskState;
}

describe('why a task stopped', () => {
  it.each([
    ['TaskFailedToStart', 'CannotPullContainerError: not found', {}, 'start'],
    ['TaskFailedToStart', 'ResourceInitializationError: unable to pull secrets', {}, 'start'],
    ['EssentialContainerExited', 'Essential container in task exited', { exitCode: 1 }, 'application'],
    [
      'EssentialContainerExited',
      'Essential container in task exited',
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      'memory',
    ],
    ['ServiceSchedulerInitiated', 'Task failed container health checks', { exitCode: 143 }, 'health'],
    ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/1)', {}, 'ordered'],
    ['UserInitiated', 'Task stopped by user', {}, 'ordered'],
    ['SpotInterruption', 'Your Spot Task was interrupted.', {}, 'platform'],
    ['SomethingNew', 'for a reason of its own', {}, 'unknown'],
  ])('%s, %s', (stopCode, reason, container, kind) => {
    expect(classifyStop(task(stopCode, reason, container))).toBe(kind);
  });

  it('speaks against the revision only when it is the task’s own doing', () => {
    const scaled = describeStop(
      task('ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment x)'),
    );
    const crashed = describeStop(task('EssentialContainerExited', 'Essential container in task exited'));
    expect([scaled.fault, crashed.fault]).toEqual([false, true]);
  });

  it('is told with its containers’ reasons, exit code and signal', () => {
    const { reason } = describeStop(
      task('EssentialContainerExited', 'It exited', { exitCode: 137, reason: 'why' }),
    );
    expect(reason).toBe('It exited; settings-nats: why; exit code 137 (SIGKILL)');
  });

  it('comes with the last lines of its own log stream', async () => {
    const asked: string[] = [];
    const logs = {
      tail: async (group: string, stream: string) => {
        asked.push(`${group} ${stream}`);
        return [{ timestamp: 0, message: 'last words' }];
      },
    };
    const explained = await explainStoppedTask(task('UserInitiated', 'x'), logs, '/group', 5);
    expect(explained.logs).toEqual(['last words']);
    expect(asked).toEqual(['/group settings-nats/settings-nats/abc']);
  });
});
