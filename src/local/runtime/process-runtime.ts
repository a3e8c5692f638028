import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { messageOf } from '../../lib/errors.ts';
import type { ImageSource } from '../ports.ts';
import type { Clock } from './clock.ts';
import { usageOfGroups } from './group-usage.ts';
import { openImageTrees } from './image-trees.ts';
import type { ProcessJournal } from './journal-port.ts';
import { localImage } from './local-image.ts';
import { watchMemory } from './memory-watch.ts';
import { startContainer } from './process-container.ts';
import { type Runtime, StartError } from './runtime.ts';
import { createSemaphore } from './semaphore.ts';

export interface ProcessRuntimeOptions {
  images: ImageSource;
  journal: ProcessJournal;
  clock: Clock;
  /** For unpacked images; kept between runs. */
  folder: string;
  /** Told of each health command: pid of its container's first process, and its own. */
  onHealthCommand?: (container: number, command: number) => void;
  onError(error: unknown): void;
}

/** Real milliseconds: twenty times what a health command takes on a busy core. */
const HEALTH_PATIENCE = 1000;

/** Runs containers as plain processes of this machine: nothing to install, real signals, real memory. */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<Runtime> {
  const { images, journal, clock, folder, onHealthCommand = () => {}, onError } = options;
  const trees = openImageTrees(folder);
  await trees.prune(Date.now());
  const memory = watchMemory(onError);
  const tools = {
    journal,
    clock,
    memory,
    programs: nodeOnly(path.join(folder, 'bin')),
    oneOfFew: createSemaphore(availableParallelism(), HEALTH_PATIENCE),
    onHealthCommand,
    onError,
  };
  return {
    async pull(reference) {
      try {
        const pulled = images.resolve(reference);
        return localImage(pulled, await trees.tree(pulled.layers));
      } catch (error) {
        throw new StartError('CannotPullContainerError', messageOf(error), error);
      }
    },
    async start(spec) {
      try {
        return await startContainer(spec, tools);
      } catch (error) {
        throw new StartError('CannotStartContainerError', messageOf(error), error);
      }
    },
    usage: usageOfGroups,
    close: () => memory.close(),
  };
}

/** The one folder of this machine that containers find programs in. */
function nodeOnly(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}
