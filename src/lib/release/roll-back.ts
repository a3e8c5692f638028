import type { ServiceState } from '../aws/ecs.ts';
import type { ReleaseContext } from './context.ts';
import { rolloutDeadline } from './deadline.ts';
import { everyTaskAnswers } from './gates/answers.ts';
import type { Passage } from './move.ts';
import { updateRequest } from './service-request.ts';

type Way =
  /** ECS is told, or goes back by itself: to be proved. */
  | { back: 'to'; taskDefinition: string; desired: number | undefined }
  /** It did not exist before: it is stopped. */
  | { back: 'stopped' }
  | { back: 'impossible'; why: string };

/**
 * Brings services back to their last good revision and proves that they run it. Each one that was told, whether or
 * not it is its fault: the wave was one change. What somebody else has changed meanwhile is left as it is.
 */
export async function rollBack(passages: Passage[], wave: number, context: ReleaseContext): Promise<void> {
  const { watching, lock, sources, note } = context;
  const told = passages.filter((passage) => passage.told);
  await lock.check();
  const reasons = Object.fromEntries(told.map((passage) => [passage.service.name, whyOf(passage, passages)]));
  await note({ type: 'rolling-back', wave, reasons });
  const names = told.map(({ service }) => service.ecsService);
  const { services } = await watching.look(() => sources.ecs.describeServices(names));
  await Promise.all(
    told.map(async (passage) => {
      const state = services.find(({ name }) => name === passage.service.ecsService);
      const way = await watching.look(() => goBack(passage, state, context));
      const back = await prove(passage, way, context);
      passage.back = { ...back, reason: whyOf(passage, passages) };
      const { to, proven } = back;
      const reason =
        back.trouble === undefined ? passage.back.reason : `${passage.back.reason}; ${back.trouble}`;
      passage.back.reason = reason;
      await context.tell({
        ...{ type: 'rolled-back', service: passage.service.name, reason, proven },
        ...(to !== undefined && { to }),
      });
    }),
  );
}

function whyOf({ failure, end }: Passage, all: Passage[]): string {
  const own = failure ?? (end?.outcome === 'deployed' ? undefined : end?.reason);
  if (own !== undefined) return own;
  const culprits = all.filter((one) => one.failure !== undefined).map(({ service }) => service.name);
  return `went with its wave, in which ${culprits.join(', ')} failed`;
}

async function goBack(
  passage: Passage,
  state: ServiceState | undefined,
  context: ReleaseContext,
): Promise<Way> {
  const { fleet, sources } = context;
  const { service, registered, move } = passage;
  const { good } = move.plan;
  if (state === undefined || state.status !== 'ACTIVE')
    return { back: 'impossible', why: 'the service is gone' };
  if (state.taskDefinition !== registered && state.taskDefinition !== good)
    return {
      back: 'impossible',
      why: `somebody else has it run ${short(state.taskDefinition)}: left as it is`,
    };
  const before = move.desired?.from;
  if (move.plan.action === 'create' || good === undefined) {
    await sources.changes.updateService({ service: service.ecsService, desiredCount: 0 });
    return { back: 'stopped' };
  }
  const way: Way = { back: 'to', taskDefinition: good, desired: before };
  if (await ecsGoesBack(passage, state, context)) return way;
  const same = state.taskDefinition === good;
  if (same && before === undefined && move.restart !== true) return way;
  await sources.changes.updateService(updateRequest(fleet, service, good, { force: false, desired: before }));
  return way;
}

/** While its deployment runs, ECS takes it back faster than a new one could; provided that it leads to the same. */
async function ecsGoesBack(
  { registered, move }: Passage,
  state: ServiceState,
  { sources: { deployments, changes } }: ReleaseContext,
): Promise<boolean> {
  const arn = state.currentServiceDeployment;
  if (arn === undefined || move.desired !== undefined) return false;
  const [deployment] = await deployments.describe([arn]);
  if (deployment === undefined) return false;
  const { targetRevision, sourceRevisions } = deployment;
  const revisions = [targetRevision, ...sourceRevisions].flatMap((revision) => revision ?? []);
  const definitions = await deployments.revisionTaskDefinitions(revisions);
  const leadsBack = sourceRevisions.some((revision) => definitions.get(revision) === move.plan.good);
  if (definitions.get(targetRevision ?? '') !== registered || !leadsBack) return false;
  if (/^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test(deployment.status)) return true;
  if (!/^(PENDING|IN_PROGRESS)$/.test(deployment.status)) return false;
  return changes.rollBackDeployment(arn);
}

interface Proof {
  to?: string;
  proven: boolean;
  /** What is not as it should be. */
  trouble?: string;
}

async function prove(passage: Passage, way: Way, context: ReleaseContext): Promise<Proof> {
  if (way.back === 'impossible') return { proven: false, trouble: way.why };
  const { service } = passage;
  const wanted = way.back === 'to' ? way.taskDefinition : undefined;
  const settled = await settle(passage, wanted, context);
  const stopped = 'there is nothing to go back to: it is stopped, at desired 0';
  if (way.back === 'stopped') return { proven: false, trouble: settled ?? stopped };
  if (settled !== undefined) return { to: way.taskDefinition, proven: false, trouble: settled };
  if (!context.fleet.environment.release.answers) return { to: way.taskDefinition, proven: true };
  const former = { service, move: passage.move, registered: way.taskDefinition };
  const { objections } = await everyTaskAnswers([former], context);
  const [objection] = objections;
  return objection === undefined
    ? { to: way.taskDefinition, proven: true }
    : {
        to: way.taskDefinition,
        proven: false,
        trouble: `back on ${short(way.taskDefinition)}, but ${objection.reason}`,
      };
}

/**
 * Waits until a service runs nothing but this task definition, or nothing at all.
 * @returns what is not so, when its time is up
 */
async function settle(
  { service, move }: Passage,
  taskDefinition: string | undefined,
  { watching, sources: { ecs }, tell }: ReleaseContext,
): Promise<string | undefined> {
  const started = watching.now();
  const desired = taskDefinition === undefined ? 0 : move.desired?.from;
  let shown = '';
  for (;;) {
    const { services } = await watching.look(() => ecs.describeServices([service.ecsService]));
    const [state] = services;
    if (state === undefined) return 'the service is gone';
    if (isSettled(state, taskDefinition, desired)) return undefined;
    const { running } = state;
    const view = `${running}/${state.desired}`;
    if (view !== shown)
      await tell({
        type: 'progress',
        service: service.name,
        status: 'GOING_BACK',
        running,
        desired: state.desired,
      });
    shown = view;
    if ((watching.now() - started) / 1000 > rolloutDeadline(service))
      return `it is not back yet: ${running} of ${state.desired} tasks run, ${short(state.taskDefinition)} is wanted`;
    await watching.wait(1);
  }
}

function isSettled(
  state: ServiceState,
  taskDefinition: string | undefined,
  desired = state.desired,
): boolean {
  const { running, pending, deployments } = state;
  if (state.desired !== desired || running !== desired || pending !== 0) return false;
  if (taskDefinition === undefined) return true;
  const [primary] = deployments;
  return (
    deployments.length === 1 && primary?.taskDefinition === taskDefinition && primary.running === desired
  );
}

function short(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}
