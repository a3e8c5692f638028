import { readFile } from 'node:fs/promises';
import type { AwsAccess } from '../aws/clients.ts';
import { ecr } from '../aws/ecr.ts';
import { type Registry, registry } from '../aws/registry.ts';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { asTheyCome } from './as-they-come.ts';
import { MANIFEST_TYPE } from './build/image.ts';
import { imageStore, type StoredImage } from './build/image-store.ts';

export type PushEvent = {
  type: 'pushed' | 'unchanged';
  service: string;
  ecsService: string;
  /** `123….dkr.ecr.us-east-1.amazonaws.com/team/settings-nats@sha256:…` */
  image: string;
  /** The tag. */
  input: string;
  /** Bytes that went over the wire. */
  sent: number;
};

const AT_ONCE = 6;

/** Sends images to the registry: no tag that it has, no blob that it has. */
export async function* push(fleet: Fleet, services: Service[], access: AwsAccess): AsyncGenerator<PushEvent> {
  refuseMachineBase(fleet);
  const images = await storedImages(fleet, services);
  const repositories = ecr(access);
  const uris = await repositories.repositoryUris(services.map(({ repository }) => repository));
  const target = registry(await repositories.authorization(), access.signal);
  yield* asTheyCome(services, AT_ONCE, async (service): Promise<PushEvent> => {
    const image = images.get(service.name) as StoredImage;
    const { repository, name, ecsService } = service;
    const uri = uris.get(repository) ?? (await repositories.createRepository(repository, fleet.name));
    const there = uris.has(repository) ? await repositories.digestOf(repository, image.input) : undefined;
    const sent = there === undefined ? await send(target, repository, image) : 0;
    const digest = there ?? image.digest;
    const type = there === undefined ? 'pushed' : 'unchanged';
    return { type, service: name, ecsService, image: `${uri}@${digest}`, input: image.input, sent };
  });
}

async function storedImages(fleet: Fleet, services: Service[]): Promise<Map<string, StoredImage>> {
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

/** The image has no Node in it: elsewhere every task would stop with CannotStartContainerError. */
function refuseMachineBase({ environment }: Fleet): void {
  if (environment.platform === 'embedded') return;
  throw new GsysError(
    'PUSH_FAILED',
    `images that stand on this machine's Node run on the embedded platform only, not in ${environment.name}`,
    { next: 'gsys push --env local' },
  );
}

/** @returns bytes sent */
async function send(target: Registry, repository: string, image: StoredImage): Promise<number> {
  let sent = image.manifest.length;
  for (const { digest, size, file } of image.blobs) {
    if (await target.hasBlob(repository, digest)) continue;
    await target.putBlob(repository, digest, await readFile(file));
    sent += size;
  }
  await target.putManifest(repository, image.input, MANIFEST_TYPE, image.manifest);
  return sent;
}
