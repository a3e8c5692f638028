import type { Fleet, Service } from '../../fleet/fleet.ts';
import { bundleServices } from './bundle.ts';
import { inputHash, machineBase, makeImage } from './image.ts';
import { imageFiles } from './image-files.ts';
import { imageStore } from './image-store.ts';

export type BuildEvent = {
  type: 'built' | 'unchanged';
  service: string;
  ecsService: string;
  /** Input hash: the image's tag. */
  input: string;
  /** Of its manifest. */
  digest: string;
  /** Bytes. */
  size: number;
};

/** Makes the images of these services where their inputs changed, on this machine alone. */
export async function* build(
  fleet: Fleet,
  services: Service[],
  signal: AbortSignal,
): AsyncGenerator<BuildEvent> {
  const store = imageStore(fleet.environment.stateDir);
  await store.sweep();
  const base = machineBase();
  const bundles = await bundleServices(fleet, services);
  for (const service of services) {
    signal.throwIfAborted();
    const { name, ecsService } = service;
    const bundle = bundles.get(name);
    if (bundle === undefined) continue;
    const files = imageFiles(fleet, service, bundle);
    const input = inputHash(name, files, base);
    const before = await store.find(name);
    const type = before?.input === input ? 'unchanged' : 'built';
    const image = before?.input === input ? before : await store.save(await makeImage(name, files, base));
    yield { type, service: name, ecsService, input, digest: image.digest, size: image.size };
  }
}
