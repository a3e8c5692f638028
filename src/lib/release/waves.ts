import { batches } from '../aws/batches.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { subjectMatches } from '../fleet/subjects.ts';
import type { Action } from './events.ts';

/** Services that are changed at once; the next wave waits until these are proved. */
export interface Wave {
  services: string[];
  /** One service that tells what the change does to all. */
  canary: boolean;
  /** Whether it is watched for a while after it is healthy. */
  bake: boolean;
}

interface Item {
  service: Service;
  action: Action;
}

/**
 * In what order a release reaches services, so that a bad one hurts at most one wave. Pure; unchanged services are in
 * no wave.
 *
 * 1. All that do not exist yet, in one wave that is not baked: nobody depends on them, so there is nothing to lose, and
 *    what is updated afterwards may call them.
 * 2. The canary, alone: the first *updated* service of the environment's list, else the updated one with the fewest
 *    callers. One that is only proved is no canary: nothing of it changes, so it tells nothing about the change.
 * 3. The rest, updates and proofs, in waves of `waveSize` in the order of the definition. Proofs count there, because a
 *    wave that fails goes back as a whole.
 */
export function planWaves(
  items: Item[],
  { canary: listed, waveSize }: { canary: string[]; waveSize: number },
  fleet: Pick<Fleet, 'services'>,
): Wave[] {
  const actions = new Map(items.map(({ service, action }) => [service.name, action]));
  const inOrder = (...wanted: Action[]) =>
    fleet.services.filter(({ name }) => wanted.some((action) => action === actions.get(name)));
  const updated = inOrder('update');
  const canary = updated.length === 0 ? undefined : canaryOf(updated, listed, fleet.services);
  const rest = inOrder('update', 'prove').filter((service) => service !== canary);
  return [
    wave(inOrder('create'), { bake: false }),
    wave(canary === undefined ? [] : [canary], { canary: true }),
    ...batches(rest, waveSize).map((batch) => wave(batch)),
  ].filter(({ services }) => services.length > 0);
}

function canaryOf(updated: Service[], listed: string[], all: Service[]): Service | undefined {
  const named = listed.flatMap((name) => updated.filter((service) => service.name === name));
  if (named.length > 0) return named[0];
  const callers = callersByCall(all);
  const counts = updated.map((service) => callerCount(service, callers));
  return updated[counts.indexOf(Math.min(...counts))];
}

/** Who may send to a subject or filter. */
function callersByCall(services: Service[]): Map<string, string[]> {
  const callers = new Map<string, string[]>();
  for (const { name, calls } of services)
    for (const call of calls) callers.set(call, [...(callers.get(call) ?? []), name]);
  return callers;
}

/** Other services that may call it. None calls the gateway, but everybody outside comes through it. */
function callerCount({ name, kind, endpoints }: Service, callers: Map<string, string[]>): number {
  if (kind === 'gateway') return Number.POSITIVE_INFINITY;
  const filters = [...callers.keys()].filter((call) => /[*>]/.test(call));
  const calling = endpoints.flatMap(({ subject }) => [
    ...(callers.get(subject) ?? []),
    ...filters.flatMap((call) => (subjectMatches(call, subject) ? (callers.get(call) ?? []) : [])),
  ]);
  return new Set(calling.filter((caller) => caller !== name)).size;
}

function wave(services: Service[], { canary = false, bake = true } = {}): Wave {
  return { services: services.map(({ name }) => name), canary, bake };
}
