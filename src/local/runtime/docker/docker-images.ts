import { messageOf } from '../../../lib/errors.ts';
import type { ImageSource, PulledImage } from '../../ports.ts';
import { localImage } from '../local-image.ts';
import { NODE_LABEL, otherNode } from '../our-node.ts';
import { type LocalImage, StartError } from '../runtime.ts';
import { createSemaphore } from '../semaphore.ts';
import type { Engine } from './engine.ts';
import { archivedImage, writeArchive } from './image-archive.ts';
import { type BaseLayer, machineBase } from './machine-base.ts';

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
  /** For the base layer; kept between runs. */
  folder: string;
}

/** Loads that run at once, and milliseconds after which one no longer keeps others waiting. */
const LOADS = 2;
const LOAD_PATIENCE = 10_000;

/** Brings images from the embedded registry to the Engine, each once; gsys's own get a Node put under them. */
export function openDockerImages({ engine, images, repository, folder }: DockerImagesOptions): DockerImages {
  const loaded = new Map<string, Promise<void>>();
  const oneOfFew = createSemaphore(LOADS, LOAD_PATIENCE);
  let base: Promise<BaseLayer> | undefined;
  let baseIsThere = false;

  async function load(name: string, image: PulledImage): Promise<void> {
    if (image.config.config?.Labels?.[NODE_LABEL] === undefined)
      return await engine.load(writeArchive(archivedImage(name, image, undefined, false)));
    base ??= machineBase(folder).catch((error) => {
      base = undefined;
      throw error;
    });
    const under = await base;
    const send = (known: boolean) => engine.load(writeArchive(archivedImage(name, image, under, known)));
    // An Engine that keeps images in containerd wants every layer every time.
    if (baseIsThere) await send(true).catch(() => send(false));
    else await send(false);
    baseIsThere = true;
  }

  return {
    async pull(reference) {
      try {
        const image = images.resolve(reference);
        const mismatch = otherNode(image.config.config?.Labels ?? {});
        if (mismatch !== undefined) throw new StartError('CannotStartContainerError', mismatch);
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
