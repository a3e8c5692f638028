import { availableParallelism } from 'node:os';
import type { AwsAccess } from '../../aws/clients.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { asTheyCome } from '../as-they-come.ts';
import { baseOf } from './base/base.ts';
import { type Bundle, bundleServices } from './bundle.ts';
import { type DigestedFile, digested, inputHash, makeImage } from './image.ts';
import { companionFiles, imageFiles } from './image-files.ts';
import { imageStore, type StoredImage } from './image-store.ts';
import { type SourceMemory, sourceMemory } from './source-memory.ts';

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
  const [memory] = await Promise.all([sourceMemory(fleet), store.sweep()]);
  const known = new Map<string, DigestedFile[]>();
  for (const { name } of services) {
    const bundle = await memory.recall(name);
    if (bundle !== undefined) known.set(name, bundle);
  }
  const bundled = bundler(fleet, memory);
  // The bundler works in a process of its own, so the base is made meanwhile.
  const changed = services.filter(({ name }) => !known.has(name));
  const [base, bundles] = await Promise.all([baseOf(fleet, access), bundled(changed)]);

  const stale: Service[] = [];
  for (const service of services) {
    const { name } = service;
    const bundle = known.get(name);
    const files = [...(bundle ?? []), ...companionFiles(fleet, service).map(digested)].sort(byPath);
    const image = await store.find(name);
    if (bundle !== undefined && image?.input === inputHash(name, files, base))
      yield eventOf('unchanged', service, image);
    else stale.push(service);
  }
  const more = await bundled(stale.filter(({ name }) => known.has(name)));
  yield* asTheyCome(stale, 2 * availableParallelism(), async (service): Promise<BuildEvent> => {
    access.signal?.throwIfAborted();
    const { name } = service;
    const bundle = bundles.get(name) ?? more.get(name);
    if (bundle === undefined) throw new Error(`no bundle of ${name} was made`);
    const files = imageFiles(fleet, service, bundle);
    const image = await store.find(name);
    // Another order of the same sources, or a comment: what comes out may still be the same.
    if (image?.input === inputHash(name, files.map(digested), base))
      return eventOf('unchanged', service, image);
    return eventOf('built', service, await store.save(await makeImage(name, files, base)));
  });
}

function bundler(fleet: Fleet, memory: SourceMemory) {
  return async (services: Service[]): Promise<Map<string, Bundle>> => {
    if (services.length === 0) return new Map();
    const started = Date.now();
    const bundles = await bundleServices(fleet, services);
    await memory.keep(bundles, started);
    return bundles;
  };
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
