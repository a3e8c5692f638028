import { describe, expect, it } from 'vitest';
import type { DeploymentState, ServiceState } from '../../../src/lib/aws/ecs.ts';
import type { ServiceDeploymentState } from '../../../src/lib/aws/ecs-deployments.ts';
import { judgeRollout } from '../../../src/lib/release/judge-rollout.ts';

const wanted = 'a:2';

function view(
  status: string | undefined,
  primary: Partial<DeploymentState> = {},
  state: Partial<ServiceState> = {},
) {
  const deployment = {
    id: 'd',
    status: 'PRIMARY',
    taskDefinition: wanted,
    running: 2,
    rollout: 'IN_PROGRESS',
    rolloutReason: '',
  };
  return {
    wanted,
    adopted: true,
    state: {
      status: 'ACTIVE',
      desired: 2,
      running: 2,
      deployments: [{ ...deployment, ...primary }],
      ...state,
    } as ServiceState,
    deployment: status === undefined ? undefined : ({ status, reason: 'because' } as ServiceDeploymentState),
  };
}

describe('a rollout', () => {
  it.each([
    ['is deployed when ECS calls it successful and everything runs', view('SUCCESSFUL'), 'deployed'],
    [
      'is rolled back when ECS took it back',
      view('ROLLBACK_SUCCESSFUL', { taskDefinition: 'a:1' }),
      'rolled-back',
    ],
    ['has failed when ECS could not take it back', view('ROLLBACK_FAILED'), 'failed'],
    ['has failed when somebody stopped it', view('STOPPED'), 'failed'],
    [
      'was taken over when another task definition runs after its success',
      view('SUCCESSFUL', { taskDefinition: 'a:3' }),
      'taken',
    ],
    [
      'was taken over when another one took its place before it had a record',
      view(undefined, { taskDefinition: 'a:3' }),
      'taken',
    ],
    [
      'has failed when it failed and nothing was rolled back',
      view('IN_PROGRESS', { rollout: 'FAILED' }),
      'failed',
    ],
    ['was taken away when the service is gone', view('SUCCESSFUL', {}, { status: 'INACTIVE' }), 'taken'],
  ])('%s', (_what, seen, outcome) => {
    expect(judgeRollout(seen)).toMatchObject({ end: true, outcome });
  });

  it.each([
    ['while ECS works on it', view('IN_PROGRESS')],
    ['while ECS takes it back', view('ROLLBACK_IN_PROGRESS', { rollout: 'FAILED' })],
    ['while tasks are missing after an early success', view('SUCCESSFUL', { running: 1 })],
    ['while old tasks still run beside the new ones', view('SUCCESSFUL', {}, { running: 3 })],
    ['while ECS is in a state that nobody knows', view('PAUSED', { rollout: 'PAUSED' })],
    ['before the update is seen', { ...view(undefined, { taskDefinition: 'a:1' }), adopted: false }],
  ])('goes on %s', (_what, seen) => {
    expect(judgeRollout(seen)).toEqual({ end: false });
  });
});
