import type { ReleaseContext } from '../context.ts';
import type { Passage } from '../move.ts';
import { newlyFiring } from './alarms.ts';
import { everyTaskAnswers } from './answers.ts';
import type { Finding, Objection } from './gate.ts';

/** Seconds between looks, at most. */
const LOOK_EVERY = 5;

/**
 * Watches a wave that is done for a while: no task of it stops by a fault of its own, no alarm comes to fire, nobody
 * else changes it; and at the end every task still answers, where they can be asked. ECS counts a task that lived once as
 * a success, whatever becomes of it.
 * @param seconds of the environment's clock
 */
export async function bake(passages: Passage[], seconds: number, context: ReleaseContext): Promise<Finding> {
  const { watching, fleet } = context;
  const started = watching.now();
  for (;;) {
    const objections = await look(passages, context);
    if (objections.length > 0) return { objections, seen: '' };
    const left = seconds - (watching.now() - started) / 1000;
    if (left <= 0) break;
    await watching.wait(Math.min(LOOK_EVERY, left));
  }
  if (!fleet.environment.release.answers)
    return { objections: [], seen: `nothing stopped or fired for ${seconds} s` };
  const { objections } = await everyTaskAnswers(passages, context);
  return { objections, seen: `nothing stopped, fired or fell silent for ${seconds} s` };
}

async function look(passages: Passage[], context: ReleaseContext): Promise<Objection[]> {
  const stopped = await stops(passages, context);
  if (stopped.length > 0) return stopped;
  const moved = await changedByOthers(passages, context);
  return moved.length > 0 ? moved : newlyFiring(passages, context);
}

async function stops(passages: Passage[], { watching, stops, tell }: ReleaseContext): Promise<Objection[]> {
  const found = await watching.look(() => stops.look(passages.flatMap(({ rollout }) => rollout ?? [])));
  const objections: Objection[] = [];
  for (const { rollout, stopped } of found) {
    const passage = passages.find((one) => one.rollout === rollout);
    if (passage === undefined) continue;
    passage.end?.stopped.push(stopped);
    const { desired = 0, running = 0 } = passage.end?.state ?? {};
    await tell({
      type: 'progress',
      service: rollout.service.name,
      status: 'BAKING',
      running,
      desired,
      stopped,
    });
    // One sentence a service: the first of its tasks says it.
    if (objections.some((one) => one.passage === passage)) continue;
    objections.push({ passage, reason: `a task stopped after it was healthy: ${stopped.reason}` });
  }
  return objections;
}

async function changedByOthers(
  passages: Passage[],
  { watching, sources: { ecs } }: ReleaseContext,
): Promise<Objection[]> {
  const names = passages.map(({ service }) => service.ecsService);
  const { services } = await watching.look(() => ecs.describeServices(names));
  return passages.flatMap((passage) => {
    const state = services.find(({ name }) => name === passage.service.ecsService);
    if (state?.taskDefinition === passage.registered && state?.status === 'ACTIVE') return [];
    const what = state?.status === 'ACTIVE' ? `run ${state.taskDefinition.split('/').at(-1)}` : 'be no more';
    if (passage.end !== undefined) passage.end.outcome = 'taken';
    return [{ passage, reason: `somebody else has it ${what} meanwhile` }];
  });
}
