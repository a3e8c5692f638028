import { batches } from '../aws/batches.ts';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { releasesLogGroup } from '../fleet/names.ts';
import { type Current, currentOf, digestIn } from './current.ts';
import { definitionDiff } from './definition-diff.ts';
import type { ResultStep, ServiceResult } from './events.ts';
import { readJournal } from './journal.ts';
import type { Passage } from './move.ts';
import { changeText } from './plan/change.ts';
import type { Itinerary } from './release.ts';
import type { ReleaseSources } from './sources.ts';

/**
 * What to go back to: what a release left running, what a service ran before what it runs now, or what all that the
 * newest release changed ran before it.
 */
export type RollbackTarget = { release: string } | { services: Service[] } | 'newest';

/**
 * Brings services back to revisions that a release has proved. Waves without a canary and without a bake: what they go
 * back to is known to be good, and somebody waits for it.
 * @throws GsysError NO_SUCH_RELEASE when the records do not say what to go back to
 */
export async function planRollback(
  fleet: Fleet,
  target: RollbackTarget,
  sources: ReleaseSources,
): Promise<Itinerary> {
  const wanted = await wantedBy(fleet, target, sources);
  const services = fleet.services.filter(({ name }) => wanted.has(name));
  const found = await currentOf(services, sources);
  const passages = await Promise.all(
    found.map((current) => backTo(current, wanted.get(current.service.name) ?? '', sources)),
  );
  const changed = passages
    .filter(({ move }) => move.plan.action !== 'unchanged')
    .map(({ service }) => service.name);
  const waves = batches(changed, fleet.environment.release.waveSize);
  return { passages, waves: waves.map((names) => ({ services: names, canary: false, bake: false })) };
}

async function backTo(
  { service, state, definition }: Current,
  taskDefinition: string,
  { changes }: Pick<ReleaseSources, 'changes'>,
): Promise<Passage> {
  const target = await changes.taskDefinition(taskDefinition);
  if (target === undefined)
    throw new GsysError(
      'NO_SUCH_RELEASE',
      `${service.name} cannot go back: ECS has no ${taskDefinition} any more`,
    );
  const named = { service: service.name, ecsService: service.ecsService, differs: false };
  const same = state.taskDefinition === taskDefinition;
  return {
    service,
    move: {
      plan: {
        ...named,
        action: same ? 'unchanged' : 'update',
        reasons: same ? [] : definitionDiff(definition, target).map(changeText),
        from: state.taskDefinition,
        good: state.taskDefinition,
      },
      to: taskDefinition,
      imageDigest: digestIn(target, service),
    },
  };
}

/** Task definition that each service is to run. */
async function wantedBy(
  fleet: Fleet,
  target: RollbackTarget,
  sources: ReleaseSources,
): Promise<Map<string, string>> {
  if (target === 'newest') return beforeNewest(fleet, sources);
  if ('release' in target) return leftBy(fleet, target.release, sources);
  const wanted = await beforeCurrent(fleet, target.services, sources);
  const lacking = target.services.filter(({ name }) => !wanted.has(name)).map(({ name }) => name);
  if (lacking.length === 0) return wanted;
  throw new GsysError(
    'NO_SUCH_RELEASE',
    `no release is on record that left ${lacking.join(', ')} with anything else`,
    {
      next: 'gsys releases',
    },
  );
}

async function leftBy(fleet: Fleet, release: string, { logs }: ReleaseSources): Promise<Map<string, string>> {
  const { result } = await readJournal(logs, fleet.name, release);
  const left = new Map((result?.services ?? []).flatMap((one) => leftRunning(one)));
  if (left.size > 0) return left;
  const why = result === undefined ? 'is not on record, or has not ended' : 'left nothing running';
  throw new GsysError('NO_SUCH_RELEASE', `release ${release} ${why}`, { next: 'gsys releases' });
}

async function beforeNewest(fleet: Fleet, sources: ReleaseSources): Promise<Map<string, string>> {
  for await (const { services } of results(fleet, sources)) {
    const changed = services.filter(
      ({ outcome, from, to }) => outcome === 'deployed' && from !== undefined && from !== to,
    );
    if (changed.length > 0) return new Map(changed.map(({ service, from = '' }) => [service, from]));
  }
  throw new GsysError('NO_SUCH_RELEASE', 'no release is on record that has changed anything', {
    next: 'gsys releases',
  });
}

async function beforeCurrent(
  fleet: Fleet,
  services: Service[],
  sources: ReleaseSources,
): Promise<Map<string, string>> {
  const { services: states } = await sources.ecs.describeServices(
    services.map(({ ecsService }) => ecsService),
  );
  const runs = new Map(states.map(({ name, taskDefinition }) => [name, taskDefinition]));
  const found = new Map<string, string>();
  for await (const result of results(fleet, sources)) {
    for (const one of result.services) {
      const [left] = leftRunning(one);
      const asked = services.some(({ name }) => name === one.service);
      if (asked && !found.has(one.service) && left !== undefined && left[1] !== runs.get(one.ecsService))
        found.set(...left);
    }
    if (found.size === services.length) break;
  }
  return found;
}

/** Results of the environment's releases, newest first. */
async function* results(fleet: Fleet, { logs }: ReleaseSources): AsyncGenerator<ResultStep> {
  for (const name of await logs.streamNames(releasesLogGroup(fleet.name), 50)) {
    const { begun, result } = await readJournal(logs, fleet.name, name);
    if (result !== undefined && (begun === undefined || begun.environment === fleet.environment.name))
      yield result;
  }
}

function leftRunning({ service, taskDefinition }: ServiceResult): [string, string][] {
  return taskDefinition === undefined ? [] : [[service, taskDefinition]];
}
