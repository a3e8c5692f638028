import type { AwsAccess } from '../../aws/clients.ts';
import { ecr } from '../../aws/ecr.ts';
import { type Registry, registry } from '../../aws/registry.ts';
import { GsysError } from '../../errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { asTheyCome } from '../as-they-come.ts';
import { MACHINE } from '../build/base/base.ts';
import { imageStore, type StoredImage } from '../build/image-store.ts';
import { layersSentAgain, mutableTags, type PushWarning } from './push-warnings.ts';
import { type Pushable, prepareRepositories, type RepositoryCreated } from './repositories.ts';
import { imageSender } from './send-image.ts';

export type PushEvent = RepositoryCreated | PushWarning | ImagePushed;

export interface ImagePushed {
  type: 'pushed' | 'unchanged';
  service: string;
  ecsService: string;
  /** `123….dkr.ecr.us-east-1.amazonaws.com/team/settings-nats@sha256:…` */
  image: string;
  /** The tag. */
  input: string;
  /** Bytes that went over the wire. */
  sent: number;
  /** Bytes that the registry took over from another repository. */
  mounted: number;
}

export interface PushOptions {
  /** Told of bytes as they go. */
  onSent?: (bytes: number) => void;
}

const AT_ONCE = 6;

/**
 * Sends images to the registry: no tag that it has, no blob that it has. One that was cut short goes on where it was.
 * @throws GsysError IMAGE_MISSING, PUSH_FAILED
 */
export async function* push(
  fleet: Fleet,
  services: Pushable[],
  access: AwsAccess,
  { onSent = () => undefined }: PushOptions = {},
): AsyncGenerator<PushEvent> {
  const { environment } = fleet;
  const images = await storedImages(fleet, services);
  refuseMachineBase(fleet, [...images.values()]);
  const repositories = ecr(access);
  const target = registry(await repositories.authorization(), access.signal);
  const { known, uris, created } = await prepareRepositories(fleet, services, repositories);
  for (const event of created) yield event;
  const mutable = [...known].filter(([, { immutable }]) => !immutable).map(([name]) => name);
  if (mutable.length > 0) yield mutableTags(environment, mutable);

  const sender = imageSender({ target, environment, holders: [...known.keys()], onSent });
  yield* asTheyCome(services, AT_ONCE, async (service): Promise<ImagePushed> => {
    const image = images.get(service.name) as StoredImage;
    const { repository, name, ecsService } = service;
    const named = { service: name, ecsService, input: image.input };
    const there = known.has(repository) ? await digestBehindTag(target, repository, image) : undefined;
    const at = (digest: string) => `${uris.get(repository)}@${digest}`;
    if (there !== undefined) return { ...named, type: 'unchanged', image: at(there), sent: 0, mounted: 0 };
    return { ...named, type: 'pushed', image: at(image.digest), ...(await sender.send(repository, image)) };
  });
  const again = sender.sentAgain();
  if (again > 0 && environment.image !== undefined)
    yield layersSentAgain(environment, environment.image, again);
}

async function storedImages(fleet: Fleet, services: Pushable[]): Promise<Map<string, StoredImage>> {
  const store = imageStore(fleet.environment.stateDir);
  const found = await Promise.all(services.map(({ name }) => store.find(name)));
  const missing = services.filter((_, i) => found[i] === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    throw new GsysError('IMAGE_MISSING', `there is no image of ${missing.join(', ')} on this machine`, {
      next: `gsys build ${missing.join(' ')}`,
    });
  }
  return new Map(found.flatMap((image) => (image === undefined ? [] : [[image.service, image]])));
}

/** Nobody else has this very Node, and nobody looks after it: what runs elsewhere stands on an image that is pinned. */
function refuseMachineBase({ environment }: Fleet, images: StoredImage[]): void {
  if (environment.platform === 'embedded' || images.every(({ base }) => base !== MACHINE)) return;
  const { name } = environment;
  throw new GsysError(
    'PUSH_FAILED',
    `images that stand on this machine's own Node go to the embedded platform only, not to ${name}`,
    {
      next:
        environment.image === undefined
          ? `in gsys.yaml, environments.${name}.image.base: <repositoryUri>@sha256:…; then: gsys build --env ${name}`
          : `gsys build --env ${name}`,
    },
  );
}

/**
 * The tag is the hash of what went in. What it names may be compressed by another zlib; its config tells whether it
 * holds the same files.
 * @throws GsysError PUSH_FAILED when somebody has put something else there
 */
async function digestBehindTag(
  target: Registry,
  repository: string,
  { input, config }: StoredImage,
): Promise<string | undefined> {
  const found = await target.manifest(repository, input);
  if (found === undefined) return undefined;
  const manifest = JSON.parse(Buffer.from(found.bytes).toString()) as { config?: { digest: string } };
  if (manifest.config?.digest === config.digest) return found.digest;
  throw new GsysError(
    'PUSH_FAILED',
    `${repository}: the tag ${input} names another image than these sources give`,
    {
      next: `find out who moved it; then delete ${found.digest} there and push again`,
    },
  );
}
