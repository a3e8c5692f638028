import { inBatches } from '../../aws/batches.ts';
import type { Ecr } from '../../aws/ecr.ts';
import type { RegisteredDefinition } from '../../aws/ecs-changes.ts';
import type { Secrets } from '../../aws/secrets.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { builtImages } from '../build/built-images.ts';
import type { Lack } from '../plan.ts';
import type { Resolved } from '../task-definition.ts';
import { listSecrets, secretArns } from './secret-arns.ts';
import { secretReferences } from './secret-references.ts';

/** What a service's task definition refers to outside of the definition, and what of it is not there. */
export interface References {
  resolved: Resolved;
  /** Of its image; empty where the registry does not have it. */
  digest: string;
  lacks: Lack[];
}

interface Wanted {
  service: Service;
  /** What runs: what it refers to needs no second look. */
  current: RegisteredDefinition | undefined;
}

/** Stands in a task definition for what is not there; a plan with it is never carried out. */
export const MISSING = 'missing';

/** Images and secrets of services, in their order. @param running of the same services; much is asked before it is known */
export async function resolveReferences(
  fleet: Fleet,
  services: Service[],
  running: Promise<Wanted[]>,
  { ecr, secrets }: { ecr: Ecr; secrets: Secrets },
): Promise<References[]> {
  const { authSecret = 'environment.redis.authSecret' } = fleet.environment.redis;
  const names = [...services.map(({ tlsSecret }) => tlsSecret), authSecret];
  const [uris, listed, wanted] = await Promise.all([
    ecr.repositoryUris(services.map(({ repository }) => repository)),
    listSecrets(names, secrets),
    running,
  ]);
  const inUse = new Set(wanted.flatMap(({ current }) => (current ? secretReferences(current) : [])));
  const [images, arns] = await Promise.all([
    resolveImages(fleet.environment.stateDir, wanted, uris, ecr),
    secretArns(names, { listed, inUse }, secrets),
  ]);
  return wanted.map(({ service }, i) => {
    const { image, digest, lack } = images[i] as ImageReference;
    const lacking = [service.tlsSecret, authSecret].filter((name) => !arns.has(name));
    return {
      resolved: {
        image,
        tlsSecretArn: arns.get(service.tlsSecret) ?? MISSING,
        redisAuthSecretArn: arns.get(authSecret) ?? MISSING,
      },
      digest,
      lacks: [...(lack ? [lack] : []), ...lacking.map((name): Lack => ({ what: 'secret', name }))],
    };
  });
}

interface ImageReference {
  image: string;
  digest: string;
  lack: Lack | undefined;
}

/**
 * The image that was built here last. The registry is asked for it by its tag, the input hash, unless it runs already:
 * what another machine made of the same input may have another digest.
 */
async function resolveImages(
  stateDir: string,
  wanted: Wanted[],
  uris: Map<string, string>,
  ecr: Pick<Ecr, 'digestOf'>,
): Promise<ImageReference[]> {
  const builtOf = builtImages(stateDir);
  const resolve = async ({ service: { name, repository }, current }: Wanted): Promise<ImageReference> => {
    const uri = uris.get(repository);
    const built = await builtOf(name);
    const running = current?.containerDefinitions?.some(({ image }) => image === `${uri}@${built?.digest}`);
    const digest = running ? built?.digest : built && uri && (await ecr.digestOf(repository, built.input));
    if (digest) return { image: `${uri}@${digest}`, digest, lack: undefined };
    const what = built === undefined ? 'built image' : 'pushed image';
    return { image: `${uri ?? repository}@${MISSING}`, digest: '', lack: { what, name } };
  };
  return inBatches(wanted, 1, async (batch) => Promise.all(batch.map(resolve)));
}
