import { createHash } from 'node:crypto';
import type { ImageSource } from '../../ports.ts';
import type { Clock } from '../clock.ts';
import { localImage } from '../local-image.ts';
import { type LocalImage, type RunningContainer, type Runtime, StartError } from '../runtime.ts';
import { readBehaviour } from './behaviour.ts';
import { type SimulatedContainer, simulateContainer } from './simulated-container.ts';

/**
 * Runs nothing: containers start, get healthy, log and stop as `GSYS_SIMULATE` says, for fleets of thousands. Images
 * need not exist; one that does keeps its digest and environment, so that plans and checks of digests hold.
 */
export async function createSimulatedRuntime({
  images,
  clock,
}: {
  images: ImageSource;
  clock: Clock;
}): Promise<Runtime> {
  const containers = new WeakMap<RunningContainer, SimulatedContainer>();
  return {
    pull: async (reference) => known(images, reference) ?? unknown(reference),
    async start(spec) {
      const behaviour = readBehaviour({ ...spec.image.environment, ...spec.environment });
      if (behaviour.startError !== undefined)
        throw new StartError('CannotStartContainerError', behaviour.startError);
      const container = simulateContainer(spec, behaviour, clock);
      containers.set(container, container);
      return container;
    },
    usage: async (asked) =>
      new Map(
        asked.flatMap((container) => {
          const simulated = containers.get(container);
          return simulated ? [[container, simulated.usage()]] : [];
        }),
      ),
    close() {},
  };
}

function known(images: ImageSource, reference: string): LocalImage | undefined {
  try {
    return localImage(images.resolve(reference), '');
  } catch {
    return undefined;
  }
}

/** The same name is the same image. */
function unknown(reference: string): LocalImage {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  return {
    digest: digest ?? `sha256:${createHash('sha256').update(reference).digest('hex')}`,
    tree: '',
    environment: {},
    entryPoint: [],
    command: [],
    workingDirectory: '/',
    labels: {},
    stopSignal: 'SIGTERM',
  };
}
