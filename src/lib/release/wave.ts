import { GsysError, messageOf } from '../errors.ts';
import { asTheyCome } from './as-they-come.ts';
import type { ReleaseContext } from './context.ts';
import { follow } from './follow.ts';
import { noAlarmFires } from './gates/alarms.ts';
import { everyTaskAnswers } from './gates/answers.ts';
import { bake } from './gates/bake.ts';
import { passGate } from './gates/gate.ts';
import { proveHealthCommands } from './gates/health-command.ts';
import type { Passage } from './move.ts';
import { createRequest, updateRequest } from './service-request.ts';
import type { Wave } from './waves.ts';

/** Requests to ECS under way at the same time; the rates of the account hold besides. */
const AT_ONCE = 8;

/**
 * Registers what is new, tells ECS, follows each rollout to its end, and lets the wave through its gates. What went
 * wrong is marked on the passages.
 * @returns whether every passage of it succeeded
 * @throws what makes it impossible to go on, or to know: a lost lock, an endpoint that stays away, Ctrl-C
 */
export async function runWave(
  passages: Passage[],
  wave: Wave,
  number: number,
  context: ReleaseContext,
): Promise<boolean> {
  const { lock, fleet } = context;
  await lock.check();
  await each(passages, (passage) => register(passage, context));
  if (passages.some(({ failure }) => failure !== undefined)) return false;
  if (!(await proveHealthCommands(passages, number, context))) return false;
  if (!(await unchangedSince(passages, context))) return false;
  await lock.check();
  await context.note(...passages.map((passage) => intentOf(passage, number)));
  await each(passages, (passage) => tellEcs(passage, context));
  if (!(await deploymentsSucceed(passages, wave, number, context))) return false;
  const { answers, bakeSeconds } = fleet.environment.release;
  const gate = (name: 'answers' | 'alarms' | 'bake', waiting: string, look: Parameters<typeof passGate>[2]) =>
    passGate(context, { wave: number, gate: name, waiting }, look);
  if (
    answers &&
    !(await gate('answers', 'every new task to answer', () => everyTaskAnswers(passages, context)))
  )
    return false;
  if (!wave.bake) return true;
  if (!(await gate('alarms', 'alarms to be quiet', () => noAlarmFires(passages, context)))) return false;
  const waiting = `${bakeSeconds} s without a stop or an alarm`;
  return bakeSeconds === 0 || (await gate('bake', waiting, () => bake(passages, bakeSeconds, context)));
}

/** Since the plan was made, which may be hours ago: somebody else's change is not ours to undo. */
async function unchangedSince(
  passages: Passage[],
  { watching, sources: { ecs } }: ReleaseContext,
): Promise<boolean> {
  const names = passages.map(({ service }) => service.ecsService);
  const { services } = await watching.look(() => ecs.describeServices(names));
  for (const passage of passages) {
    const { plan } = passage.move;
    const state = services.find(
      ({ name, status }) => name === passage.service.ecsService && status !== 'INACTIVE',
    );
    if (state?.taskDefinition === plan.from || passage.told) continue;
    const what = state === undefined ? 'deleted it' : `had it run ${state.taskDefinition.split('/').at(-1)}`;
    passage.failure = `somebody else has ${what} since the plan was made`;
  }
  return passages.every(({ failure }) => failure === undefined);
}

async function each(passages: Passage[], work: (passage: Passage) => Promise<void>): Promise<void> {
  const jobs = asTheyCome(passages, AT_ONCE, async (passage) => {
    try {
      await work(passage);
    } catch (error) {
      // What concerns one service speaks against this wave; what concerns everything ends the release.
      if (!(error instanceof GsysError) || error.code !== 'AWS_CALL_FAILED') throw error;
      passage.failure = messageOf(error);
    }
  });
  for await (const _ of jobs);
}

/** Only what differs from what is registered gets a new revision. */
async function register(passage: Passage, { sources: { changes }, tell }: ReleaseContext): Promise<void> {
  const { move, service } = passage;
  const there = move.to ?? (move.plan.differs ? undefined : move.plan.from);
  if (there !== undefined) passage.registered ??= there;
  if (passage.registered !== undefined || move.wanted === undefined) return;
  passage.registered = await changes.register(move.wanted);
  await tell({ type: 'registered', service: service.name, taskDefinition: passage.registered });
}

function intentOf({ service, registered = '' }: Passage, wave: number) {
  return { type: 'intent' as const, wave, service: service.name, taskDefinition: registered };
}

async function tellEcs(
  passage: Passage,
  { fleet, sources: { changes }, tell }: ReleaseContext,
): Promise<void> {
  const { move, service, registered = '' } = passage;
  const { action } = move.plan;
  if (passage.rollout !== undefined) return;
  if (action === 'prove') {
    passage.rollout = { service, taskDefinition: registered, since: undefined };
    // If it fails there is something to go back to.
    passage.told = move.plan.good !== undefined && move.plan.good !== registered;
    return;
  }
  passage.told = true;
  const created = action === 'create';
  const force = move.restart === true || (registered === move.plan.from && move.desired === undefined);
  const state = created
    ? await changes.createService(createRequest(fleet, service, registered))
    : await changes.updateService(
        updateRequest(fleet, service, registered, { force, desired: move.desired?.to }),
      );
  const primary = state.deployments.find(({ status }) => status === 'PRIMARY');
  // A change of the count alone makes no deployment: the one that is there goes on.
  const since = force || registered !== move.plan.from ? primary?.createdAt : undefined;
  passage.rollout = { service, taskDefinition: registered, since };
  await tell({ type: 'updated', service: service.name, taskDefinition: registered, created });
}

async function deploymentsSucceed(
  passages: Passage[],
  wave: Wave,
  number: number,
  context: ReleaseContext,
): Promise<boolean> {
  const waiting = passages.length === 1 ? 'its deployment' : `${passages.length} deployments`;
  return passGate(context, { wave: number, gate: 'deployment', waiting }, async () => {
    const rollouts = passages.flatMap(({ rollout }) => rollout ?? []);
    const refused = passages.filter(({ failure }) => failure !== undefined);
    // Of services that did not exist before, each stands for itself.
    const together = !isFirst(passages);
    const ends = together && refused.length > 0 ? [] : await follow(rollouts, context, { together });
    for (const end of ends) {
      const passage = passages.find(({ rollout }) => rollout === end.rollout);
      if (passage !== undefined) passage.end = end;
    }
    const objections = passages.flatMap((passage) => {
      const { end, failure } = passage;
      if (failure !== undefined) return [{ passage, reason: failure }];
      return end === undefined || end.outcome === 'deployed' ? [] : [{ passage, reason: end.reason }];
    });
    const what = wave.services.length === 1 ? wave.services[0] : `all ${wave.services.length} services`;
    const seen = `ECS has finished with ${what}`;
    return { objections, seen };
  });
}

/** Whether these services did not exist before. */
export function isFirst(passages: Passage[]): boolean {
  return passages.every(({ move }) => move.plan.action === 'create');
}
