import type { Fleet, Service } from '../fleet/fleet.ts';
import { gatherFacts } from './gather.ts';
import type { Passage } from './move.ts';
import { planService, type ServiceFacts } from './plan.ts';
import type { Itinerary } from './release.ts';
import type { ReleaseSources } from './sources.ts';
import { planWaves } from './waves.ts';

/** What would bring these services to what the definition and their images say. */
export async function planDeploy(
  fleet: Fleet,
  services: Service[],
  sources: ReleaseSources,
): Promise<Itinerary> {
  const facts = await gatherFacts(fleet, services, sources);
  return itineraryOf(fleet, facts.map(passageOf));
}

/** @param passages one for each service that was asked for */
export function itineraryOf(fleet: Fleet, passages: Passage[]): Itinerary {
  const items = passages.map(({ service, move }) => ({ service, action: move.plan.action }));
  return { passages, waves: planWaves(items, fleet.environment.release, fleet) };
}

function passageOf(facts: ServiceFacts): Passage {
  const { service, wanted, imageDigest, current, state } = facts;
  const plan = { ...planService(facts), ...goodOf(facts) };
  const hadHealthCommand = current?.containerDefinitions?.some(
    ({ healthCheck }) => healthCheck !== undefined,
  );
  const unproven = state !== undefined && !hadHealthCommand && plan.differs;
  return { service, move: { plan, wanted, imageDigest, ...(unproven && { unproven }) } };
}

/** Where a rollback returns to: what a release has proved, else what runs if ECS calls that complete. */
function goodOf({ released, state }: ServiceFacts): { good?: string } {
  if (released !== undefined) return { good: released.taskDefinition };
  const complete = state?.deployments.find(({ rollout }) => rollout === 'COMPLETED');
  return complete === undefined ? {} : { good: complete.taskDefinition };
}
