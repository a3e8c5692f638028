import { messageOf } from '../../../lib/errors.ts';
import type { ImageSource, PulledImage } from '../../ports.ts';
import { localImage } from '../local-image.ts';
import { type LocalImage, StartError } from '../runtime.ts';
import { createSemaphore } from '../semaphore.ts';
import type { Engine } from './engine.ts';
import { archivedImage, writeArchive } from './image-archive.ts';

export interface DockerImages {
  /** @throws StartError */
  pull(reference: string): Promise<LocalImage>;
  /** Lets an image be brought anew, because the Engine has lost it. */
  forget(image: LocalImage): void;
}

export interface DockerImagesOptions {
  engine: Engine;
  images: ImageSource;
  /** Of the images in the Engine. */
  repository: string;
}

/** Loads that run at once, and milliseconds after which one no longer keeps others waiting. */
const LOADS = 2;
const LOAD_PATIENCE = 10_000;

/** Brings images from the embedded registry to the Engine, each once, and what they stand on once for all. */
export function openDockerImages({ engine, images, repository }: DockerImagesOptions): DockerImages {
  const loaded = new Map<string, Promise<void>>();
  const oneOfFew = createSemaphore(LOADS, LOAD_PATIENCE);
  /** Layers that the Engine has, each told by itself and all below it. */
  const there = new Set<string>();

  async function load(name: string, image: PulledImage): Promise<void> {
    const stack = stackOf(image);
    const known = stack.findLastIndex((layer) => there.has(layer)) + 1;
    const send = (from: number) => engine.load(writeArchive(archivedImage(name, image, from)));
    // An Engine that keeps images in containerd wants every layer every time, and one that was pruned some.
    if (known > 0) await send(known).catch(() => send(0));
    else await send(0);
    for (const layer of stack) there.add(layer);
  }

  return {
    async pull(reference) {
      try {
        const image = images.resolve(reference);
        const name = `${repository}:${image.digest.replace(/^sha256:/, '')}`;
        let loading = loaded.get(image.digest);
        if (loading === undefined) {
          loading = oneOfFew(() => load(name, image));
          loaded.set(image.digest, loading);
          loading.catch(() => loaded.delete(image.digest));
        }
        await loading;
        return localImage(image, name);
      } catch (error) {
        if (error instanceof StartError) throw error;
        throw new StartError('CannotPullContainerError', messageOf(error), error);
      }
    },
    forget: ({ digest }) => void loaded.delete(digest),
  };
}

function stackOf({ config }: PulledImage): string[] {
  const ids = config.rootfs?.diff_ids ?? [];
  return ids.map((_, i) => ids.slice(0, i + 1).join(' '));
}
