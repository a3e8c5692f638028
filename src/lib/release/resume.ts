import type { ServiceState } from '../aws/ecs.ts';
import type { EcsChanges } from '../aws/ecs-changes.ts';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { definitionDiff } from './definition-diff.ts';
import { type RecordedRelease, readRecent } from './history.ts';
import { type Journal, readJournal, type Standing, standingOf } from './journal.ts';
import type { Move, Passage } from './move.ts';
import type { Itinerary } from './release.ts';
import type { ReleaseSources } from './sources.ts';

/** A release that goes on, and from where. */
export interface Resumption {
  release: string;
  journal: Journal;
  standing: Standing;
}

/**
 * The release that was left off: the one named, else the newest of the environment.
 * @throws GsysError NO_SUCH_RELEASE
 */
export async function findResumable(
  fleet: Fleet,
  { logs }: Pick<ReleaseSources, 'logs'>,
  named: string | undefined,
): Promise<Resumption> {
  const newest = named ?? (await readRecent(logs, fleet, 1))[0]?.release;
  if (newest === undefined) throw nothing('no release is on record');
  const journal = await readJournal(logs, fleet.name, newest);
  const { begun, planned, result, entries } = journal;
  if (entries.length === 0) throw nothing(`there is no release ${newest}`);
  if (begun !== undefined && begun.environment !== fleet.environment.name)
    throw nothing(`release ${newest} is one of ${begun.environment}`);
  if (result !== undefined && !isLeftOff(result.outcome))
    throw nothing(`release ${newest} has ended: ${result.outcome}`);
  if (planned === undefined || begun === undefined || journal.moves.length === 0)
    throw nothing(`release ${newest} was ended before it had changed anything`);
  return { release: newest, journal, standing: standingOf(journal) };
}

/** What could not be brought to an end; a wave that was taken back is one. */
export function isLeftOff(outcome: RecordedRelease['outcome']): boolean {
  return outcome === 'interrupted' || outcome === 'failed' || outcome === 'unfinished';
}

/**
 * What is left to do, from what is on record and what ECS says now. What was about to be told to ECS may have been:
 * ECS alone knows.
 */
export async function planResumption(
  fleet: Fleet,
  { journal, standing }: Resumption,
  sources: Pick<ReleaseSources, 'ecs' | 'changes'>,
): Promise<Itinerary> {
  const { moves, planned } = journal;
  const services = moves.map(({ plan }) => serviceOf(fleet, plan.service));
  const waves = planned?.waves ?? [];
  const from = standing.open ?? standing.done + 1;
  const { services: states } = await sources.ecs.describeServices(
    services.map(({ ecsService }) => ecsService),
  );
  const goingBack = standing.goingBack ?? {};
  const passages = await Promise.all(
    moves.map(async (move, i) => {
      const service = services[i] as Service;
      const wave = 1 + waves.findIndex((one) => one.services.includes(service.name));
      const state = states.find(({ name, status }) => name === service.ecsService && status !== 'INACTIVE');
      if (wave < from) return doneBefore(service, move, state, standing);
      const passage = await underWay(service, move, state, { standing, changes: sources.changes });
      const reason = goingBack[service.name];
      return reason === undefined ? passage : { ...passage, told: true, failure: reason };
    }),
  );
  return { passages, waves, from, goingBack: standing.goingBack !== undefined };
}

function serviceOf({ services }: Fleet, name: string): Service {
  const service = services.find((one) => one.name === name);
  if (service !== undefined) return service;
  throw new GsysError('UNKNOWN_SERVICE', `the release changes ${name}, which this definition does not have`, {
    next: 'go on from the sources that it was begun from: gsys releases show',
  });
}

/** Its wave is done and proved: that stands. */
function doneBefore(
  service: Service,
  move: Move,
  state: ServiceState | undefined,
  standing: Standing,
): Passage {
  const taskDefinition = standing.intents.get(service.name) ?? move.to ?? move.plan.from ?? '';
  const rollout = { service, taskDefinition, since: undefined };
  const end = { rollout, outcome: 'deployed' as const, reason: '', state, stopped: [] };
  return { service, move, registered: taskDefinition, rollout, end };
}

async function underWay(
  service: Service,
  move: Move,
  state: ServiceState | undefined,
  { standing, changes }: { standing: Standing; changes: Pick<EcsChanges, 'taskDefinition'> },
): Promise<Passage> {
  const known = standing.registered.get(service.name) ?? standing.intents.get(service.name);
  const registered = known ?? (await alreadyRegistered(service, move, changes));
  const passage: Passage = { service, move, ...(registered !== undefined && { registered }) };
  if (state === undefined) return passage;
  const expected = [move.plan.from, move.plan.good, registered];
  if (!expected.includes(state.taskDefinition)) {
    passage.failure = `somebody else has it run ${state.taskDefinition.split('/').at(-1)} meanwhile`;
    return passage;
  }
  if (!standing.intents.has(service.name) || registered === undefined) return passage;
  const primary = state.deployments.find(({ status }) => status === 'PRIMARY');
  passage.told = true;
  // Told before it was left off; what has changed nothing that ECS shows is told again.
  const shows = state.taskDefinition === registered && registered !== move.plan.from;
  if (shows) passage.rollout = { service, taskDefinition: registered, since: primary?.createdAt };
  return passage;
}

/** Registered, and ended before that was written down: the newest of the family is the one. */
async function alreadyRegistered(
  service: Service,
  move: Move,
  changes: Pick<EcsChanges, 'taskDefinition'>,
): Promise<string | undefined> {
  if (move.wanted === undefined || !move.plan.differs) return undefined;
  const newest = await changes.taskDefinition(service.ecsService);
  if (newest === undefined || definitionDiff(newest, move.wanted).length > 0) return undefined;
  return newest.taskDefinitionArn;
}

function nothing(why: string): GsysError {
  return new GsysError('NO_SUCH_RELEASE', `there is nothing to go on with: ${why}`, {
    next: 'gsys releases',
  });
}
