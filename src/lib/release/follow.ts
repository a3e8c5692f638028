import type { Ecs, ServiceState, TaskState } from '../aws/ecs.ts';
import type { EcsDeployments, ServiceDeploymentState } from '../aws/ecs-deployments.ts';
import type { Logs } from '../aws/logs.ts';
import type { Service } from '../fleet/fleet.ts';
import { explainStoppedTask, type StoppedTask } from '../probe/stopped-task.ts';
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
  outcome: 'deployed' | 'rolled-back' | 'failed';
  reason: string;
  /** As last seen. */
  state: ServiceState | undefined;
  /** Tasks of the new revision that stopped by a fault of their own, newest last. */
  stopped: StoppedTask[];
}

export interface FollowSources {
  ecs: Ecs;
  deployments: EcsDeployments;
  logs: Pick<Logs, 'tail'>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Seconds. */
  wait(seconds: number): Promise<void>;
  /** Between 0 and 1. */
  chance(): number;
  /** Before each look; throws to end it. */
  beforeLook(): Promise<void>;
}

/** Last log lines of a task that stopped. */
const LOG_LINES = 10;

/**
 * Follows rollouts, each by its own ServiceDeployment, with one poller for all of them: batched, jittered, and
 * collecting the tasks that stop meanwhile, because ECS forgets them.
 */
export async function* follow(
  rollouts: Rollout[],
  sources: FollowSources,
): AsyncGenerator<ProgressStep, RolloutEnd[]> {
  const started = sources.now();
  const watched = rollouts.map((rollout) => watch(rollout));
  const seen = new Set<string>();
  for (;;) {
    await sources.beforeLook();
    const open = watched.filter(({ end }) => end === undefined);
    if (open.length === 0) break;
    await look(open, sources);
    for (const task of await newlyStopped(open, seen, sources)) yield task;
    const elapsed = (sources.now() - started) / 1000;
    for (const one of open) {
      const step = progressOf(one);
      if (step !== undefined) yield step;
      one.end = endOf(one, elapsed);
    }
    if (watched.some(({ end }) => end === undefined))
      await sources.wait(pollPause(elapsed, sources.chance()));
  }
  return watched.map(({ rollout, end, state, stopped }) => ({
    rollout,
    outcome: end?.outcome ?? 'failed',
    reason: end?.reason ?? '',
    state,
    stopped,
  }));
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

async function look(open: Watched[], { ecs, deployments }: FollowSources): Promise<void> {
  const { services } = await ecs.describeServices(open.map(({ rollout }) => rollout.service.ecsService));
  for (const one of open) {
    one.state = services.find(({ name }) => name === one.rollout.service.ecsService);
    one.adopted ||= one.state?.taskDefinition === one.rollout.taskDefinition;
  }
  const found = await findRollouts(open, deployments);
  for (const one of open) one.deployment = found.get(one) ?? one.deployment;
}

/** Explained at once: their logs are there, and an hour later ECS has forgotten them. */
async function newlyStopped(
  open: Watched[],
  seen: Set<string>,
  { ecs, logs }: FollowSources,
): Promise<ProgressStep[]> {
  const fresh = (await ecs.taskArns({ status: 'STOPPED' })).filter((arn) => !seen.has(arn));
  const tasks = (await ecs.describeTasks(fresh)).filter(({ lastStatus }) => lastStatus === 'STOPPED');
  const steps = await Promise.all(
    tasks.map(async (task) => {
      seen.add(task.arn);
      const one = open.find((candidate) => isOurs(candidate, task));
      if (one === undefined) return [];
      const stopped = await explainStoppedTask(task, logs, one.rollout.service.logGroup, LOG_LINES);
      if (!stopped.fault) return [];
      one.stopped.push(stopped);
      return [{ ...viewOf(one), stopped }];
    }),
  );
  return steps.flat();
}

function isOurs({ rollout }: Watched, task: TaskState): boolean {
  if (task.ecsService !== rollout.service.ecsService || task.taskDefinition !== rollout.taskDefinition)
    return false;
  // The same task definition may have run, and failed, before.
  return rollout.since === undefined || task.createdAt === undefined || task.createdAt >= rollout.since;
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
  const { rollout, state, deployment, adopted } = one;
  const verdict = judgeRollout({ wanted: rollout.taskDefinition, state, deployment, adopted });
  if (verdict.end) return verdict;
  const deadline = rolloutDeadline(rollout.service);
  if (elapsed < deadline) return undefined;
  const status = deployment?.status ?? 'no deployment of this task definition';
  return { end: true, outcome: 'failed', reason: `not done after ${deadline} s; ECS says: ${status}` };
}
