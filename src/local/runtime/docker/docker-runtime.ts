import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ImageSource } from '../../ports.ts';
import type { Clock } from '../clock.ts';
import { usageOfGroups } from '../group-usage.ts';
import { watchMemory } from '../memory-watch.ts';
import { type Runtime, StartError } from '../runtime.ts';
import { createSemaphore } from '../semaphore.ts';
import { startDockerContainer } from './docker-container.ts';
import { findDocker } from './docker-host.ts';
import { openDockerImages } from './docker-images.ts';
import { imageRepository, removeFromDocker, writeMark } from './docker-mark.ts';
import { EngineError } from './engine-call.ts';

export interface DockerRuntimeOptions {
  images: ImageSource;
  clock: Clock;
  onError(error: unknown): void;
  /** DOCKER_HOST. */
  host: string;
  slot: number;
  /** The platform's own folder, where it is written down that Docker holds something of it. */
  stateDir: string;
}

/** Containers that are started at once: more are no faster on two cores. */
const STARTS = 8;
const START_PATIENCE = 5000;
/** Real milliseconds: ten times what a health command takes on a busy core. */
const HEALTH_PATIENCE = 1000;

/**
 * Runs containers in the Docker Engine of this machine, in this machine's network.
 * @throws GsysError when Docker is missing, down, or runs containers elsewhere
 */
export async function createDockerRuntime(options: DockerRuntimeOptions): Promise<Runtime> {
  const { host, slot, stateDir, images, clock, onError } = options;
  const engine = await findDocker(host);
  await removeFromDocker(stateDir);
  const platform = randomBytes(6).toString('hex');
  await writeMark(stateDir, { host, platform });
  const repository = imageRepository(platform);
  const local = openDockerImages({ engine, images, repository });
  const memory = watchMemory(onError);
  const oneOfFewStarts = createSemaphore(STARTS, START_PATIENCE);
  const tools = {
    engine,
    owner: { platform, slot },
    clock,
    memory,
    oneOfFew: createSemaphore(availableParallelism(), HEALTH_PATIENCE),
    onError,
  };
  return {
    pull: local.pull,
    start: (spec) =>
      oneOfFewStarts(() => startDockerContainer(spec, tools)).catch((error) => {
        if (isImageMissing(error)) local.forget(spec.image);
        throw error;
      }),
    usage: usageOfGroups,
    async close() {
      memory.close();
      await removeFromDocker(stateDir);
    },
  };
}

function isImageMissing(error: unknown): boolean {
  return error instanceof StartError && error.cause instanceof EngineError && error.cause.status === 404;
}
