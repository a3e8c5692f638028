import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../../../lib/errors.ts';
import { replaceFile } from '../../../lib/pki/files.ts';
import { PLATFORM_LABEL } from './container-request.ts';
import { findDocker } from './docker-host.ts';
import type { Engine } from './engine.ts';

/** Where a platform's containers are, and how they are told from others': on disk before the first is made. */
export interface DockerMark {
  /** DOCKER_HOST. */
  host: string;
  /** Of this run of the platform; label of its containers, part of the name of its images. */
  platform: string;
}

export async function writeMark(stateDir: string, mark: DockerMark): Promise<void> {
  await replaceFile(fileOf(stateDir), JSON.stringify(mark));
}

/** May Docker hold something of this platform? */
export function isMarked(stateDir: string): boolean {
  return existsSync(fileOf(stateDir));
}

/**
 * Ends every container of the platform, whoever left it, and takes its images out of Docker.
 * @throws GsysError when Docker does not answer; the mark stays for the next time
 */
export async function removeFromDocker(stateDir: string): Promise<void> {
  if (!isMarked(stateDir)) return;
  const { host, platform } = JSON.parse(readFileSync(fileOf(stateDir), 'utf8')) as DockerMark;
  try {
    await removeAll(await findDocker(host), platform);
  } catch (cause) {
    throw new GsysError(
      'PLATFORM_FAILED',
      `Containers of this platform may still be in Docker: ${messageOf(cause)}`,
      {
        cause,
        next:
          (cause instanceof GsysError && cause.next) ||
          `docker ps --filter label=${PLATFORM_LABEL}=${platform}`,
      },
    );
  }
  rmSync(fileOf(stateDir), { force: true });
}

export function imageRepository(platform: string): string {
  return `gsys-${platform}`;
}

async function removeAll(engine: Engine, platform: string): Promise<void> {
  const containers = await engine.withLabel(`${PLATFORM_LABEL}=${platform}`);
  await Promise.all(containers.map((id) => engine.remove(id)));
  for (const name of await engine.imageNames(imageRepository(platform))) await engine.removeImage(name);
}

function fileOf(stateDir: string): string {
  return path.join(stateDir, 'docker.json');
}
