import { describe, expect, it } from 'vitest';
import { failuresLeft, failureThreshold } from '../../../../src/local/ecs/scheduler/breaker.ts';
import { countFailure, countSuccess, isFailure } from '../../../../src/local/ecs/scheduler/task-outcome.ts';
import { service, task } from './records.ts';

describe('the circuit breaker', () => {
  it.each([
    [0, 3],
    [2, 3],
    [6, 3],
    [7, 4],
    [100, 50],
    [1000, 200],
  ])('of %i tasks trips at %i failures', (desired, failures) => {
    expect(failureThreshold({ enable: true, rollback: true }, desired)).toBe(failures);
  });

  it('takes another threshold from the service', () => {
    const breaker = (type: 'COUNT' | 'UNBOUNDED_PERCENT', value: number) =>
      failureThreshold({ enable: true, rollback: true, thresholdConfiguration: { type, value } }, 4);
    expect([breaker('COUNT', 1), breaker('UNBOUNDED_PERCENT', 25)]).toEqual([1, 1]);
  });

  it('lets a deployment start what it likes until a task fails, and then what it still bears', () => {
    const watched = service(10);
    watched.configuration.deploymentCircuitBreaker = { enable: true, rollback: true };
    const [primary] = watched.deployments;
    const onTheirWay = [task('new', { counted: false }), task('new', { counted: false }), task('new')];
    expect(failuresLeft(watched, onTheirWay)).toBe(Infinity);
    if (primary) primary.failedTasks = 2;
    expect(failuresLeft(watched, onTheirWay)).toBe(1);
    expect(failuresLeft(watched, [])).toBe(3);
  });

  it('stops counting once one task has run well, unless it shall count them all', () => {
    const forgiving = service(2);
    countFailure(forgiving, task('new'), 1);
    countSuccess(forgiving, task('new'), 2);
    countFailure(forgiving, task('new'), 3);
    expect(forgiving.deployments[0]?.failedTasks).toBe(0);

    const strict = service(2);
    strict.configuration.deploymentCircuitBreaker = {
      enable: true,
      rollback: true,
      resetOnHealthyTask: false,
    };
    countFailure(strict, task('new'), 1);
    countSuccess(strict, task('new'), 2);
    countFailure(strict, task('new'), 3);
    expect(strict.deployments[0]?.failedTasks).toBe(2);
  });

  it('counts what a task did, not what was done to it', () => {
    const verdicts = [
      task('new', { stopCode: 'TaskFailedToStart' }),
      task('new', { stopCode: 'EssentialContainerExited' }),
      task('new', { stopCode: 'ServiceSchedulerInitiated', unhealthy: true }),
      task('new', { stopCode: 'ServiceSchedulerInitiated', unhealthy: false }),
      task('new', { stopCode: 'UserInitiated', unhealthy: false }),
      task('new', { stopCode: 'TerminationNotice', unhealthy: false }),
    ].map((one) => isFailure({ ...one, unhealthy: one.unhealthy ?? false }));
    expect(verdicts).toEqual([true, true, true, false, false, false]);
  });
});
