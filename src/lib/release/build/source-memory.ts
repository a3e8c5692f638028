import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Bundle } from './bundle.ts';
import type { DigestedFile } from './image.ts';
import { HEALTH, MAIN } from './image-files.ts';
import { sha256 } from './layer.ts';

/** What the bundles of unchanged sources were, so that nothing is bundled to find out that nothing changed. */
export interface SourceMemory {
  /** @returns undefined unless every file that the bundle was made of is as it was */
  recall(service: string): Promise<DigestedFile[] | undefined>;
  /** @param since milliseconds since the epoch, from before the bundles were made */
  keep(bundles: Map<string, Bundle>, since: number): Promise<void>;
}

interface Memory {
  /** Who bundled: this very module in its bundle, and the bundler. */
  by: string;
  services: Record<string, { files: DigestedFile[]; sources: Record<string, string> }>;
}

/** Decide what an import means, without being one. */
const RESOLUTION = ['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules/.package-lock.json'];

/** Files are told by size, times and place on the disk, as git tells them. A memory that cannot be read is none. */
export async function sourceMemory({ root, environment }: Fleet): Promise<SourceMemory> {
  const file = path.join(environment.stateDir, 'base', 'sources.json');
  const by = `${import.meta.url} ${await printOf(createRequire(import.meta.url).resolve('esbuild'))} ${root}`;
  const memory = await read(file, by);
  const prints = new Map<string, Promise<string>>();
  const printed = (source: string) => {
    const print = prints.get(source) ?? printOf(source);
    prints.set(source, print);
    return print;
  };
  return {
    async recall(service) {
      const known = memory.services[service];
      if (known === undefined) return undefined;
      const same = await Promise.all(
        Object.entries(known.sources).map(async ([source, print]) => (await printed(source)) === print),
      );
      return same.every(Boolean) ? known.files : undefined;
    },

    async keep(bundles, since) {
      const resolution = RESOLUTION.map((name) => path.join(root, name));
      prints.clear();
      for (const [service, { main, health, sources }] of bundles) {
        const files = [
          { path: HEALTH, digest: sha256(health) },
          { path: MAIN, digest: sha256(main) },
        ];
        const entries = [...sources, ...resolution].map(async (name) => [name, await printed(name)] as const);
        const now = await Promise.all(entries);
        delete memory.services[service];
        // One that was written while it was read would be taken for what was read.
        if (now.every(([, print]) => isOlder(print, since)))
          memory.services[service] = { files, sources: Object.fromEntries(now) };
      }
      await write(file, memory);
    },
  };
}

const MISSING = 'missing';
/** Milliseconds: a file system's clock is a little behind. */
const CLOCK = 20;

async function printOf(file: string): Promise<string> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(file);
    return [Math.max(mtimeMs, ctimeMs), mtimeMs, size, ino].join(' ');
  } catch {
    return MISSING;
  }
}

function isOlder(print: string, since: number): boolean {
  return print === MISSING || Number.parseFloat(print) < since - CLOCK;
}

async function read(file: string, by: string): Promise<Memory> {
  try {
    const memory = JSON.parse(await readFile(file, 'utf8')) as Memory;
    if (memory.by === by) return memory;
  } catch {
    // as good as none
  }
  return { by, services: {} };
}

async function write(file: string, memory: Memory): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(memory), { mode: 0o600 });
    await rename(`${file}.${process.pid}`, file);
  } catch {
    // The next build bundles once more, nothing else.
  }
}
