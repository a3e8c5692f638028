import { availableParallelism } from 'node:os';
import type { AwsAccess } from '../../aws/clients.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { asTheyCome } from '../as-they-come.ts';
import { baseOf } from './base/base.ts';
import { bundleServices } from './bundle.ts';
import { digested, inputHash, makeImage } from './image.ts';
import { companionFiles, imageFiles } from './image-files.ts';
import { imageStore, type StoredImage } from './image-store.ts';
import { sourceMemory } from './source-memory.ts';

export type BuildEvent = {
  type: 'built' | 'unchanged';
  service: string;
  ecsService: string;
  /** Input hash: the image's tag. */
  input: string;
  /** Of its manifest. */
  digest: string;
  /** `machine`, or the image that it stands on. */
  base: string;
  /** Bytes of the image, and of its own layer alone. */
  size: number;
  layer: number;
};

/**
 * Makes the images of these services where their inputs changed, on this machine alone.
 * @param access is asked for a base that is not here yet, and for nothing else
 */
export async function* build(
  fleet: Fleet,
  services: Service[],
  access: AwsAccess,
): AsyncGenerator<BuildEvent> {
  const store = imageStore(fleet.environment.stateDir);
  const [base, memory] = await Promise.all([baseOf(fleet, access), sourceMemory(fleet), store.sweep()]);

  const stale: Service[] = [];
  const before = new Map<string, StoredImage>();
  for (const service of services) {
    const image = await store.find(service.name);
    if (image !== undefined) before.set(service.name, image);
    const bundle = await memory.recall(service.name);
    const files = [...(bundle ?? []), ...companionFiles(fleet, service).map(digested)];
    const same = bundle !== undefined && image?.input === inputHash(service.name, files.sort(byPath), base);
    if (same) yield eventOf('unchanged', service, image);
    else stale.push(service);
  }
  if (stale.length === 0) return;

  const started = Date.now();
  const bundles = await bundleServices(fleet, stale);
  await memory.keep(bundles, started);
  yield* asTheyCome(stale, 2 * availableParallelism(), async (service): Promise<BuildEvent> => {
    access.signal?.throwIfAborted();
    const { name } = service;
    const bundle = bundles.get(name);
    if (bundle === undefined) throw new Error(`no bundle of ${name} was made`);
    const files = imageFiles(fleet, service, bundle);
    const image = before.get(name);
    // Another order of the same sources, or a comment: what comes out may still be the same.
    if (image?.input === inputHash(name, files.map(digested), base))
      return eventOf('unchanged', service, image);
    return eventOf('built', service, await store.save(await makeImage(name, files, base)));
  });
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function eventOf(
  type: BuildEvent['type'],
  { name, ecsService }: Service,
  { input, digest, base, size, layers }: StoredImage,
): BuildEvent {
  return { type, service: name, ecsService, input, digest, base, size, layer: layers.at(-1)?.size ?? 0 };
}
