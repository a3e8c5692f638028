import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { type Current, currentOf } from './current.ts';
import type { Passage } from './move.ts';
import { type Override, readOverrides } from './overrides.ts';
import type { Itinerary } from './release.ts';
import type { ReleaseSources } from './sources.ts';

/** Who decides, and why. */
export interface Decision {
  who: string;
  reason: string | undefined;
  /** When it is to be over. */
  until: Date | undefined;
  now: Date;
}

/**
 * Counts of tasks, set by a person: a change of the count alone, in one wave. Outside of the definition's bounds it
 * needs a reason, which stays on record until the count is back within them.
 * @throws GsysError USAGE
 */
export async function planScale(
  counts: Map<Service, number>,
  decision: Decision,
  sources: ReleaseSources,
): Promise<Itinerary> {
  const services = [...counts.keys()];
  const found = await currentOf(services, sources);
  const passages = found.map((current) => {
    const desired = counts.get(current.service) ?? current.state.desired;
    return scaled(current, desired, overrideOf(current, desired, decision));
  });
  return inOneWave(passages);
}

/** No tasks until it is enabled again. @throws GsysError USAGE without a reason */
export async function planDisable(
  services: Service[],
  decision: Decision,
  sources: ReleaseSources,
): Promise<Itinerary> {
  const found = await currentOf(services, sources);
  return inOneWave(
    found.map((current) => scaled(current, 0, { ...note(current, 0, decision), kind: 'disabled' })),
  );
}

/** As many tasks as before it was disabled, within the definition's bounds. */
export async function planEnable(
  fleet: Fleet,
  services: Service[],
  sources: ReleaseSources,
): Promise<Itinerary> {
  const [found, overrides] = await Promise.all([
    currentOf(services, sources),
    readOverrides(sources.ssm, fleet),
  ]);
  return inOneWave(
    found.map((current) => {
      const { service, state } = current;
      const { min, max } = service.scaling;
      const before = overrides.get(service.name)?.before ?? service.desired;
      const desired = state.desired > 0 ? state.desired : Math.min(max, Math.max(min, 1, before));
      return scaled(current, desired, overrides.has(service.name) ? null : undefined);
    }),
  );
}

function scaled(
  { service, state, imageDigest }: Current,
  desired: number,
  override: Override | null | undefined,
): Passage {
  const from = state.desired;
  const same = from === desired && override === undefined;
  const reasons = from === desired ? [] : [`desired: ${from} -> ${desired}`];
  if (override) reasons.push(`${override.kind} by ${override.who}: ${override.reason}`);
  return {
    service,
    move: {
      plan: {
        service: service.name,
        ecsService: service.ecsService,
        action: same ? 'unchanged' : 'update',
        differs: false,
        reasons,
        from: state.taskDefinition,
        good: state.taskDefinition,
      },
      to: state.taskDefinition,
      imageDigest,
      desired: { from, to: desired },
      ...(override !== undefined && { override }),
    },
  };
}

function overrideOf(current: Current, desired: number, decision: Decision): Override | null {
  const { min, max } = current.service.scaling;
  return desired >= min && desired <= max ? null : note(current, desired, decision);
}

function note({ service, state }: Current, desired: number, { who, reason, until, now }: Decision): Override {
  if (reason === undefined) {
    const { min, max } = service.scaling;
    throw new GsysError(
      'USAGE',
      `${service.name}: ${desired} tasks are outside of ${min} to ${max}, so it needs a reason`,
      {
        next: 'say why: --reason TEXT',
      },
    );
  }
  const at = now.toISOString();
  return {
    ...{ kind: 'scaled', desired, before: state.desired, who, at, reason },
    ...(until !== undefined && { until: until.toISOString() }),
  };
}

/** Nothing of their code changes: there is nothing to try out, and whoever needs more tasks needs them now. */
function inOneWave(passages: Passage[]): Itinerary {
  const services = passages
    .filter(({ move }) => move.plan.action !== 'unchanged')
    .map(({ service }) => service.name);
  return { passages, waves: services.length === 0 ? [] : [{ services, canary: false, bake: false }] };
}
