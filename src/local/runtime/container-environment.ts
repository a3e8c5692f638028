import path from 'node:path';
import { DEFAULT_PATH } from './resolve-program.ts';
import type { ContainerSpec } from './runtime.ts';

/**
 * Everything a container's process gets to see, and nothing else: what the image and the task definition say,
 * below what only the platform can know.
 * @param programs folder that holds `node` and nothing else
 */
export function containerEnvironment(spec: ContainerSpec, programs: string): Record<string, string> {
  const declared = { ...spec.image.environment, ...spec.environment };
  const search = (declared.PATH ?? DEFAULT_PATH).split(':').filter((folder) => folder.startsWith('/'));
  return {
    ...declared,
    // Folders of the image only: this machine's programs are not the container's.
    PATH: [programs, ...search.map((folder) => path.join(spec.image.tree, folder))].join(':'),
    HOME: spec.tempFolder,
    TMPDIR: spec.tempFolder,
    HOSTNAME: spec.hostname,
    HOST: spec.address,
  };
}

/** One start of Node costs 27 ms more with it, and health commands are many. */
export function checkEnvironment(environment: Record<string, string>): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = environment;
  return rest;
}
