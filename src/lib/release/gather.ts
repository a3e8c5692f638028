import type { Ecr } from '../aws/ecr.ts';
import type { Ecs, ServiceState } from '../aws/ecs.ts';
import type { EcsChanges } from '../aws/ecs-changes.ts';
import type { Logs } from '../aws/logs.ts';
import type { Secrets } from '../aws/secrets.ts';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { imageStore } from './build/image-store.ts';
import type { ServiceFacts } from './plan.ts';
import { lastReleased } from './records.ts';
import { type Resolved, taskDefinitionOf } from './task-definition.ts';

export interface PlanSources {
  ecs: Ecs;
  changes: EcsChanges;
  ecr: Ecr;
  secrets: Secrets;
  logs: Logs;
}

/** Everything that a plan is made from, each source asked once and all at once. */
export async function gatherFacts(
  fleet: Fleet,
  services: Service[],
  sources: PlanSources,
): Promise<ServiceFacts[]> {
  const { ecs, changes, logs } = sources;
  const [states, resolved, released] = await Promise.all([
    ecs.describeServices(services.map(({ ecsService }) => ecsService)),
    resolveAll(fleet, services, sources),
    lastReleased(
      logs,
      fleet,
      services.map(({ name }) => name),
    ),
  ]);
  return Promise.all(
    services.map(async (service, i) => {
      const state = states.services.find((one) => one.name === service.ecsService && isAlive(one));
      const current = state && (await changes.taskDefinition(state.taskDefinition));
      const { digest, ...rest } = resolved[i] as Resolved & { digest: string };
      const wanted = taskDefinitionOf(fleet, service, rest);
      return { service, state, current, wanted, imageDigest: digest, released: released.get(service.name) };
    }),
  );
}

/** ECS goes on describing a deleted service for a while. */
function isAlive({ status }: ServiceState): boolean {
  return status !== 'INACTIVE';
}

/** Images and secrets: whatever is missing is named at once, for all services. */
async function resolveAll(
  fleet: Fleet,
  services: Service[],
  { ecr, secrets }: PlanSources,
): Promise<(Resolved & { digest: string })[]> {
  const inputs = await builtInputs(fleet, services);
  const { authSecret } = fleet.environment.redis;
  const [uris, redisAuthSecretArn, digests, tlsArns] = await Promise.all([
    ecr.repositoryUris(services.map(({ repository }) => repository)),
    authSecret === undefined ? undefined : secrets.arn(authSecret),
    Promise.all(services.map(({ repository }, i) => ecr.digestOf(repository, inputs[i] ?? ''))),
    Promise.all(services.map(({ tlsSecret }) => secrets.arn(tlsSecret))),
  ]);
  const unpushed = services.filter(({ repository }, i) => !uris.has(repository) || digests[i] === undefined);
  if (unpushed.length > 0) throw imageMissing(unpushed, 'has no pushed image', 'push');
  const lacking = services.flatMap(({ tlsSecret }, i) => (tlsArns[i] === undefined ? [tlsSecret] : []));
  if (redisAuthSecretArn === undefined) lacking.push(authSecret ?? 'environment.redis.authSecret');
  if (redisAuthSecretArn === undefined || lacking.length > 0) {
    throw new GsysError('AWS_CALL_FAILED', `Secrets Manager lacks ${lacking.join(', ')}`, {
      next: fleet.environment.platform === 'embedded' ? 'gsys local up' : 'gsys tls issue',
    });
  }
  return services.map(({ repository }, i) => {
    const digest = digests[i] ?? '';
    const image = `${uris.get(repository)}@${digest}`;
    return { image, digest, tlsSecretArn: tlsArns[i] ?? '', redisAuthSecretArn };
  });
}

async function builtInputs(fleet: Fleet, services: Service[]): Promise<string[]> {
  const store = imageStore(fleet.environment.stateDir);
  const images = await Promise.all(services.map(({ name }) => store.find(name)));
  const unbuilt = services.filter((_, i) => images[i] === undefined);
  if (unbuilt.length > 0) throw imageMissing(unbuilt, 'was not built on this machine', 'build');
  return images.map((image) => image?.input ?? '');
}

function imageMissing(services: Service[], what: string, command: string): GsysError {
  const names = services.map(({ name }) => name);
  return new GsysError('IMAGE_MISSING', `${names.join(', ')} ${what}`, {
    next: `gsys ${command} ${names.join(' ')}`,
  });
}
