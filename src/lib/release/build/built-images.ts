import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { imageStore } from './image-store.ts';

/** What was built last of a service. */
export interface BuiltImage {
  /** The input hash: its tag. */
  input: string;
  /** Of its manifest, as this machine made it. */
  digest: string;
}

/** In the folder of an environment, where its images are not, but what they were is known: in a task of --in-vpc. */
export const BUILT_FILE = 'built.json';

/** @param stateDir of the environment */
export function builtImages(stateDir: string): (service: string) => Promise<BuiltImage | undefined> {
  const store = imageStore(stateDir);
  let told: Promise<Record<string, BuiltImage>> | undefined;
  return async (service) => {
    const found = await store.find(service);
    if (found !== undefined) return found;
    told ??= readFile(path.join(stateDir, BUILT_FILE), 'utf8').then(JSON.parse, () => ({}));
    return (await told)[service];
  };
}

/** What to write into that file. */
export async function builtNote(stateDir: string, services: string[]): Promise<string> {
  const built = builtImages(stateDir);
  const entries = services.map(async (service) => {
    const { input, digest } = (await built(service)) ?? {};
    return input === undefined ? [] : [[service, { input, digest }]];
  });
  return JSON.stringify(Object.fromEntries((await Promise.all(entries)).flat()));
}
