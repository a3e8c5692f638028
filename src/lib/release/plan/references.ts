import { inBatches } from '../../aws/batches.ts';
import type { Ecr } from '../../aws/ecr.ts';
import type { Secrets } from '../../aws/secrets.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { imageStore } from '../build/image-store.ts';
import type { Lack } from '../plan.ts';
import type { Resolved } from '../task-definition.ts';

/** What a service's task definition refers to outside of the definition, and what of it is not there. */
export interface References {
  resolved: Resolved;
  /** Of its image; empty where the registry does not have it. */
  digest: string;
  lacks: Lack[];
}

/** Stands in a task definition for what is not there; a plan with it is never carried out. */
export const MISSING = 'missing';

/** Images and secrets of services, in their order. */
export async function resolveReferences(
  fleet: Fleet,
  services: Service[],
  { ecr, secrets }: { ecr: Ecr; secrets: Secrets },
): Promise<References[]> {
  const { authSecret } = fleet.environment.redis;
  const [images, redisAuth, bundles] = await Promise.all([
    resolveImages(fleet.environment.stateDir, services, ecr),
    authSecret === undefined ? undefined : secrets.arn(authSecret),
    inBatches(services, 1, async ([service]) => [service && (await secrets.arn(service.tlsSecret))]),
  ]);
  return services.map(({ tlsSecret }, i) => {
    const { image, digest, lack } = images[i] as ImageReference;
    const bundle = bundles[i];
    const secret = (name: string): Lack => ({ what: 'secret', name });
    return {
      resolved: {
        image,
        tlsSecretArn: bundle ?? MISSING,
        redisAuthSecretArn: redisAuth ?? MISSING,
      },
      digest,
      lacks: [
        ...(lack === undefined ? [] : [lack]),
        ...(bundle === undefined ? [secret(tlsSecret)] : []),
        ...(redisAuth === undefined ? [secret(authSecret ?? 'environment.redis.authSecret')] : []),
      ],
    };
  });
}

interface ImageReference {
  image: string;
  digest: string;
  lack: Lack | undefined;
}

/** The registry is asked for what was built here last: the input hash is an image's tag. */
async function resolveImages(stateDir: string, services: Service[], ecr: Ecr): Promise<ImageReference[]> {
  const store = imageStore(stateDir);
  const uris = await ecr.repositoryUris(services.map(({ repository }) => repository));
  const resolve = async ({ name, repository }: Service): Promise<ImageReference> => {
    const uri = uris.get(repository);
    const input = (await store.find(name))?.input;
    const digest = input && uri && (await ecr.digestOf(repository, input));
    if (digest) return { image: `${uri}@${digest}`, digest, lack: undefined };
    const what = input === undefined ? 'built image' : 'pushed image';
    return { image: `${uri ?? repository}@${MISSING}`, digest: '', lack: { what, name } };
  };
  return inBatches(services, 1, async (batch) => Promise.all(batch.map(resolve)));
}
