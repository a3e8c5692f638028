import type { ServiceState } from '../aws/ecs.ts';
import type { ServiceDeploymentState } from '../aws/ecs-deployments.ts';
import type { Service } from '../fleet/fleet.ts';
import type { StoppedTask } from '../probe/stopped-task.ts';
import type { ReleaseContext } from './context.ts';
import { pollPause, rolloutDeadline } from './deadline.ts';
import type { ProgressStep } from './events.ts';
import { findRollouts } from './find-rollouts.ts';
import { judgeRollout, type RolloutVerdict } from './judge-rollout.ts';

export interface Rollout {
  service: Service;
  taskDefinition: string;
  /** When it was asked for, by the server's clock; older deployments are not it. */
  since: Date | undefined;
}

export interface RolloutEnd {
  rollout: Rollout;
  /** `taken`: somebody else has changed or deleted the service meanwhile. */
  outcome: 'deployed' | 'rolled-back' | 'failed' | 'taken';
  reason: string;
  /** As last seen. */
  state: ServiceState | undefined;
  /** Tasks of the new revision that stopped by a fault of their own, newest last. */
  stopped: StoppedTask[];
}

/**
 * Follows rollouts, each by its own ServiceDeployment, with one poller for all of them: batched, jittered, and
 * collecting the tasks that stop meanwhile.
 * @param together ends with the first that fails: what is left of the others is for the caller to take back
 * @returns the ends of those that came to one
 */
export async function follow(
  rollouts: Rollout[],
  context: ReleaseContext,
  { together }: { together: boolean },
): Promise<RolloutEnd[]> {
  const { watching, tell } = context;
  const started = watching.now();
  const watched = rollouts.map((rollout) => watch(rollout));
  for (;;) {
    const open = watched.filter(({ end }) => end === undefined);
    const failed = watched.some(({ end }) => end !== undefined && end.outcome !== 'deployed');
    if (open.length === 0 || (together && failed)) break;
    for (const { by, stopped } of await watching.look(() => look(open, context)))
      await tell({ ...viewOf(by), stopped });
    const elapsed = (watching.now() - started) / 1000;
    for (const one of open) {
      const step = progressOf(one);
      if (step !== undefined) await tell(step);
      one.end = endOf(one, elapsed);
    }
    if (open.some(({ end }) => end === undefined)) await watching.wait(pollPause(elapsed, watching.chance()));
  }
  return watched.flatMap(({ rollout, end, state, stopped }) =>
    end === undefined ? [] : [{ rollout, outcome: end.outcome, reason: end.reason, state, stopped }],
  );
}

interface Watched {
  rollout: Rollout;
  state: ServiceState | undefined;
  deployment: ServiceDeploymentState | undefined;
  adopted: boolean;
  stopped: StoppedTask[];
  shown: string;
  end: Extract<RolloutVerdict, { end: true }> | undefined;
}

function watch(rollout: Rollout): Watched {
  const nothing = { state: undefined, deployment: undefined, end: undefined };
  return { rollout, ...nothing, adopted: false, stopped: [], shown: '' };
}

/** @returns what has stopped since the last look */
async function look(
  open: Watched[],
  { sources: { ecs, deployments }, stops }: ReleaseContext,
): Promise<{ by: Watched; stopped: StoppedTask }[]> {
  const { services } = await ecs.describeServices(open.map(({ rollout }) => rollout.service.ecsService));
  for (const one of open) {
    one.state = services.find(({ name }) => name === one.rollout.service.ecsService);
    one.adopted ||= one.state?.taskDefinition === one.rollout.taskDefinition;
  }
  const found = await findRollouts(open, deployments);
  for (const one of open) one.deployment = found.get(one) ?? one.deployment;
  const stopped = await stops.look(open.map(({ rollout }) => rollout));
  return stopped.flatMap(({ rollout, stopped: task }) => {
    const by = open.find((one) => one.rollout === rollout);
    by?.stopped.push(task);
    return by === undefined ? [] : [{ by, stopped: task }];
  });
}

function progressOf(one: Watched): ProgressStep | undefined {
  const step = viewOf(one);
  const text = JSON.stringify(step);
  if (text === one.shown) return undefined;
  one.shown = text;
  return step;
}

function viewOf({ rollout, state, deployment }: Watched): ProgressStep {
  const ours = state?.deployments.find(({ taskDefinition }) => taskDefinition === rollout.taskDefinition);
  return {
    type: 'progress',
    service: rollout.service.name,
    status: deployment?.status ?? 'PENDING',
    running: ours?.running ?? 0,
    desired: state?.desired ?? rollout.service.desired,
  };
}

function endOf(one: Watched, elapsed: number): Watched['end'] {
  const { rollout, state, deployment, adopted, stopped } = one;
  const verdict = judgeRollout({ wanted: rollout.taskDefinition, state, deployment, adopted });
  if (verdict.end) return verdict;
  const most = crashesAllowed(state?.desired ?? rollout.service.desired);
  if (stopped.length > most) {
    const [last] = stopped.slice(-1);
    const reason = `${stopped.length} of its tasks stopped, the last: ${last?.reason}`;
    return { end: true, outcome: 'failed', reason };
  }
  const deadline = rolloutDeadline(rollout.service);
  if (elapsed < deadline) return undefined;
  const status = deployment?.status ?? 'no deployment of this task definition';
  return { end: true, outcome: 'failed', reason: `not done after ${deadline} s; ECS says: ${status}` };
}

/**
 * Tasks of a rollout that may stop by a fault of their own: as many as let ECS's circuit breaker trip, which gets the
 * first word. Ours counts all of them: ECS's begins anew with every task that lives, so that one good and one bad
 * task would go on for ever.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeploymentCircuitBreaker.html
 */
function crashesAllowed(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired / 2)));
}
