import type { AwsAccess } from '../aws/clients.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { requireHealthCommands } from './build/contents/health-commands.ts';
import { definitionHash } from './definition-hash.ts';
import type { PlannedService } from './events.ts';
import { gatherFacts, type PlanSources } from './gather.ts';
import type { Passage } from './move.ts';
import { refuseErrors } from './plan/finding.ts';
import { assertWorldUnchanged, type PlanFile } from './plan/plan-file.ts';
import { planRelease } from './plan/release-plan.ts';
import type { ServiceFacts } from './plan.ts';
import type { Itinerary } from './release.ts';
import { planWaves } from './waves.ts';

/**
 * What would bring these services to what the definition and their images say.
 * @throws GsysError PLAN_REFUSED when that cannot go well
 */
export async function planDeploy(
  fleet: Fleet,
  services: Service[],
  sources: PlanSources,
  access: AwsAccess,
): Promise<Itinerary> {
  const facts = await gatherFacts(fleet, services, sources);
  const plan = planRelease(fleet, facts);
  refuseErrors(plan.findings);
  await refuseBlindHealth(fleet, facts, plan.services, access);
  return { passages: facts.map((one, i) => passageOf(fleet, one, plan.services[i])), waves: plan.waves };
}

/**
 * What a saved plan says, if the world is still the one that it was made for.
 * @throws GsysError PLAN_OUTDATED
 */
export async function planAsSaved(
  fleet: Fleet,
  file: PlanFile,
  sources: PlanSources,
  access: AwsAccess,
): Promise<Itinerary> {
  const names = file.services.map(({ service }) => service);
  const services = fleet.services.filter(({ name }) => names.includes(name));
  const facts = await gatherFacts(fleet, services, sources);
  assertWorldUnchanged(file, fleet, facts);
  await refuseBlindHealth(fleet, facts, file.services, access);
  const passages = facts.map((one) =>
    passageOf(
      fleet,
      one,
      file.services.find(({ service }) => service === one.service.name),
    ),
  );
  return { passages, waves: file.waves };
}

/** A health command that its image does not have would have ECS replace every task, for ever. */
async function refuseBlindHealth(
  fleet: Fleet,
  facts: ServiceFacts[],
  planned: PlannedService[],
  access: AwsAccess,
): Promise<void> {
  const changed = new Set(planned.filter(({ differs }) => differs).map(({ service }) => service));
  const commands = facts
    .filter(({ service }) => changed.has(service.name))
    .flatMap(({ service, wanted }) =>
      (wanted.containerDefinitions ?? []).map(({ image = '', healthCheck }) => ({
        service: service.name,
        image,
        command: healthCheck?.command,
      })),
    );
  await requireHealthCommands(fleet, commands, access);
}

/** @param passages one for each service that was asked for */
export function itineraryOf(fleet: Fleet, passages: Passage[]): Itinerary {
  const items = passages.map(({ service, move }) => ({ service, action: move.plan.action }));
  return { passages, waves: planWaves(items, fleet.environment.release, fleet) };
}

function passageOf(fleet: Fleet, facts: ServiceFacts, planned: PlannedService | undefined): Passage {
  const { service, wanted, imageDigest, current, state } = facts;
  if (planned === undefined) throw new Error(`${service.name} is in no plan`);
  const plan = { ...planned, ...goodOf(facts) };
  const hadHealthCommand = current?.containerDefinitions?.some(
    ({ healthCheck }) => healthCheck !== undefined,
  );
  const unproven = state !== undefined && !hadHealthCommand && plan.differs;
  const definition = definitionHash(fleet, service);
  return { service, move: { plan, wanted, imageDigest, definition, ...(unproven && { unproven }) } };
}

/** Where a rollback returns to: what a release has proved, else what runs if ECS calls that complete. */
function goodOf({ released, state }: ServiceFacts): { good?: string } {
  if (released !== undefined) return { good: released.taskDefinition };
  const complete = state?.deployments.find(({ rollout }) => rollout === 'COMPLETED');
  return complete === undefined ? {} : { good: complete.taskDefinition };
}
