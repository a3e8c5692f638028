import { describe, expect, it } from 'vitest';
import { planTasks } from '../../../../src/local/ecs/scheduler/plan-tasks.ts';
import { service, task } from './records.ts';

describe('what a service starts and stops next', () => {
  const stops = (plan: ReturnType<typeof planTasks>) => plan.stop.map((stop) => stop.task.arn);

  it('is two new tasks first at 100 and 200 percent, and the old ones one by one as the new ones count', () => {
    const old = [task('old'), task('old')];
    expect(planTasks(service(2), old)).toEqual({ launch: 2, stop: [] });
    const waiting = [task('new', { counted: false }), task('new', { counted: false })];
    expect(planTasks(service(2), [...old, ...waiting])).toEqual({ launch: 0, stop: [] });
    const half = planTasks(service(2), [...old, task('new'), task('new', { counted: false })]);
    expect(stops(half)).toEqual([old[1]?.arn]);
  });

  it('is an old task first where the maximum leaves no room', () => {
    const old = [task('old'), task('old')];
    const plan = planTasks(service(2, 50, 100), old);
    expect([stops(plan), plan.launch]).toEqual([[old[1]?.arn], 1]);
  });

  it('rounds the minimum up and the maximum down', () => {
    const old = [task('old'), task('old'), task('old')];
    expect(planTasks(service(3, 50, 150), old)).toMatchObject({ launch: 2, stop: [{ task: old[2] }] });
  });

  it('is the end of what is too many, the youngest that do not count first', () => {
    const tasks = [task('new'), task('new', { counted: false }), task('new')];
    expect(stops(planTasks(service(2), tasks))).toEqual([tasks[1]?.arn]);
  });

  it('replaces an unhealthy task, but not in its grace period', () => {
    const sick = task('new', { healthStatus: 'UNHEALTHY' });
    expect(planTasks(service(2), [sick, task('new')])).toEqual({
      launch: 1,
      stop: [{ task: sick, why: 'unhealthy' }],
    });
    const spared = task('new', { healthStatus: 'UNHEALTHY', inGrace: true });
    expect(planTasks(service(2), [spared, task('new')])).toEqual({ launch: 0, stop: [] });
  });

  it('is nothing for a deployment that failed, whose predecessors go on serving', () => {
    const failed = service(2);
    for (const deployment of failed.deployments) deployment.rolloutState = 'FAILED';
    expect(planTasks(failed, [task('old'), task('old')])).toEqual({ launch: 0, stop: [] });
  });
});
