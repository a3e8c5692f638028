import type { ServiceState } from '../aws/ecs.ts';
import type { ServiceDeploymentState } from '../aws/ecs-deployments.ts';

/** One look at a rollout. */
export interface RolloutView {
  /** The task definition that was asked for. */
  wanted: string;
  /** Undefined when ECS does not describe the service. */
  state: ServiceState | undefined;
  /** ECS's record of the deployment whose target is `wanted`; undefined until it is found. */
  deployment: ServiceDeploymentState | undefined;
  /** Whether the service has been seen to carry `wanted` since it was told to. */
  adopted: boolean;
}

export type RolloutVerdict =
  | { end: false }
  | { end: true; outcome: 'deployed' | 'rolled-back' | 'failed' | 'taken'; reason: string };

const GOING_ON: RolloutVerdict = { end: false };

/** Has this rollout come to its end, and to which? Pure. A rollout that ECS took back is never a success. */
export function judgeRollout(view: RolloutView): RolloutVerdict {
  const { wanted, state, deployment, adopted } = view;
  if (state === undefined || state.status === 'INACTIVE')
    return ended('taken', 'somebody has deleted the service');
  const primary = state.deployments.find(({ status }) => status === 'PRIMARY');
  switch (deployment?.status) {
    case 'ROLLBACK_SUCCESSFUL':
      return ended('rolled-back', reasonOf(deployment, 'ECS rolled it back'));
    case 'ROLLBACK_FAILED':
      return ended('failed', reasonOf(deployment, 'ECS could not roll it back'));
    case 'STOPPED':
      return ended('failed', reasonOf(deployment, 'the deployment was stopped'));
    case 'SUCCESSFUL':
      if (primary?.taskDefinition !== wanted)
        return ended('taken', `somebody has it run ${short(primary?.taskDefinition)} meanwhile`);
      // ECS may call it done before every task is up.
      return isComplete(state, primary.running) ? ended('deployed', '') : GOING_ON;
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
    case 'STOP_REQUESTED':
      return GOING_ON;
  }
  if (primary?.taskDefinition === wanted && primary.rollout === 'FAILED')
    return ended('failed', primary.rolloutReason || 'the rollout failed and nothing was rolled back');
  if (deployment === undefined && adopted && primary !== undefined && primary.taskDefinition !== wanted)
    return ended('taken', `somebody has it run ${short(primary.taskDefinition)} meanwhile`);
  return GOING_ON;
}

function isComplete(state: ServiceState, running: number): boolean {
  return running === state.desired && state.running === state.desired;
}

function ended(outcome: 'deployed' | 'rolled-back' | 'failed' | 'taken', reason: string): RolloutVerdict {
  return { end: true, outcome, reason };
}

function reasonOf({ reason }: ServiceDeploymentState, otherwise: string): string {
  return reason || otherwise;
}

/** `settings-nats:3` of its ARN. */
function short(taskDefinition = 'something else'): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}
