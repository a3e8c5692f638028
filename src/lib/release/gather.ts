import { inBatches } from '../aws/batches.ts';
import type { Ecr } from '../aws/ecr.ts';
import type { Ecs } from '../aws/ecs.ts';
import type { EcsChanges } from '../aws/ecs-changes.ts';
import type { Logs } from '../aws/logs.ts';
import type { Secrets } from '../aws/secrets.ts';
import { GsysError } from '../errors.ts';
import type { Environment, Fleet, Service } from '../fleet/fleet.ts';
import { type References, resolveReferences } from './plan/references.ts';
import { knownRevisions } from './plan/revisions.ts';
import { missingSecrets } from './plan/secret-references.ts';
import type { Lack, ServiceFacts } from './plan.ts';
import { lastReleased } from './records.ts';
import { serviceSettings } from './service-request.ts';
import { taskDefinitionOf } from './task-definition.ts';

export interface PlanSources {
  ecs: Ecs;
  changes: Pick<EcsChanges, 'taskDefinition'>;
  ecr: Ecr;
  secrets: Secrets;
  logs: Logs;
}

/**
 * Everything that a deploy is made from.
 * @throws GsysError IMAGE_MISSING, AWS_CALL_FAILED when an image or a secret is not there: all of them at once
 */
export async function gatherFacts(
  fleet: Fleet,
  services: Service[],
  sources: PlanSources,
): Promise<ServiceFacts[]> {
  const facts = await gatherWithLacks(fleet, services, sources);
  refuseLacks(facts, fleet.environment);
  return facts;
}

/**
 * Everything that a plan is made from; what is not there is among the facts. A thousand services are a hundred calls of
 * DescribeServices, ten of ListSecrets, one of DescribeTaskDefinition for each revision that this machine has not seen
 * yet, and one of DescribeImages for each image that does not run yet.
 */
export async function gatherWithLacks(
  fleet: Fleet,
  services: Service[],
  sources: PlanSources,
): Promise<ServiceFacts[]> {
  const names = services.map(({ name }) => name);
  const runs = whatRuns(fleet.environment, services, sources);
  const [running, references, released] = await Promise.all([
    runs,
    resolveReferences(fleet, services, runs, sources),
    lastReleased(sources.logs, fleet, names),
  ]);
  const settings = serviceSettings(fleet);
  const facts = running.map(({ service, state, current }, i): ServiceFacts => {
    const { resolved, digest, lacks } = references[i] as References;
    const wanted = taskDefinitionOf(fleet, service, resolved);
    const lastGood = released.get(service.name);
    return { service, state, current, wanted, settings, imageDigest: digest, released: lastGood, lacks };
  });
  const missing = await missingSecrets(facts, references, sources.secrets);
  return facts.map((one, i) => ({ ...one, lacks: [...one.lacks, ...(missing[i] ?? [])] }));
}

type Running = Pick<ServiceFacts, 'service' | 'state' | 'current'>;

/** As many as ECS describes at once: the revisions of some are asked for while others are still looked up. */
const SERVICES_PER_CALL = 10;

async function whatRuns(
  environment: Environment,
  services: Service[],
  { ecs, changes }: PlanSources,
): Promise<Running[]> {
  const revisions = knownRevisions(environment.stateDir, changes);
  return inBatches(services, SERVICES_PER_CALL, async (batch) => {
    const described = await ecs.describeServices(batch.map(({ ecsService }) => ecsService));
    return Promise.all(
      batch.map(async (service) => {
        // ECS goes on describing a deleted service for a while.
        const state = described.services.find(
          ({ name, status }) => name === service.ecsService && status !== 'INACTIVE',
        );
        return { service, state, current: state && (await revisions.of(state)) };
      }),
    );
  });
}

function refuseLacks(facts: ServiceFacts[], environment: Environment): void {
  const lacking = (what: Lack['what']) =>
    facts.filter(({ lacks }) => lacks.some((lack) => lack.what === what));
  const unbuilt = lacking('built image');
  if (unbuilt.length > 0) throw imageMissing(unbuilt, 'was not built on this machine', 'build');
  const unpushed = lacking('pushed image');
  if (unpushed.length > 0) throw imageMissing(unpushed, 'has no pushed image', 'push');
  const secrets = lacking('secret').flatMap(({ lacks }) => lacks.map(({ name }) => name));
  if (secrets.length === 0) return;
  throw new GsysError('AWS_CALL_FAILED', `Secrets Manager lacks ${[...new Set(secrets)].join(', ')}`, {
    next: environment.platform === 'embedded' ? 'gsys local up' : 'gsys tls issue',
  });
}

function imageMissing(facts: ServiceFacts[], what: string, command: string): GsysError {
  const names = facts.map(({ service }) => service.name);
  return new GsysError('IMAGE_MISSING', `${names.join(', ')} ${what}`, {
    next: `gsys ${command} ${names.join(' ')}`,
  });
}
