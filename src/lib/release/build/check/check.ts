import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { AwsAccess } from '../../../aws/clients.ts';
import { ecr } from '../../../aws/ecr.ts';
import { registry } from '../../../aws/registry.ts';
import { GsysError } from '../../../errors.ts';
import type { Fleet, Service } from '../../../fleet/fleet.ts';
import { asTheyCome } from '../../as-they-come.ts';
import { partsOfStored } from '../contents/image-contents.ts';
import { imageStore } from '../image-store.ts';
import { CheckFault, type CheckStep } from './check-fault.ts';
import { checkImage } from './check-image.ts';
import { openTrialGround, type Programs } from './trial-ground.ts';

export type CheckEvent = { service: string; ecsService: string; digest: string } & (
  | { type: 'checked'; durationMs: number }
  | {
      type: 'check-failed';
      step: CheckStep;
      message: string;
      /** The last that it wrote. Foreign text. */
      lines: string[];
    }
);

/**
 * Runs each service's image as a task would run it, against servers of the check's own. One that fails does not keep
 * the others from being tried. Leaves nothing behind, however it ends.
 * @throws GsysError MISSING_PROGRAM, CHECK_FAILED when there is nothing to try them against; IMAGE_MISSING
 */
export async function* checkImages(
  fleet: Fleet,
  services: Service[],
  programs: Programs,
  access: AwsAccess,
): AsyncGenerator<CheckEvent> {
  const signal = access.signal ?? new AbortController().signal;
  const folder = await temporaryFolder();
  try {
    const ground = await openTrialGround(fleet, services, programs, folder.path, signal);
    try {
      const check = checkerOf(fleet, access, folder.path);
      yield* asTheyCome(services, 2 * availableParallelism(), (service) => check(service, ground, signal));
    } finally {
      await ground.close();
    }
  } finally {
    await folder.remove();
  }
}

/** What a command ends with. @param services whose images did not behave */
export function checkFailed(services: string[]): GsysError {
  const names = [...services].sort().join(' ');
  const what =
    services.length === 1
      ? 'an image does not behave as a task'
      : `${services.length} images do not behave as tasks`;
  return new GsysError('CHECK_FAILED', `${what}: ${names}`, { next: `gsys build ${names} --check` });
}

function checkerOf(fleet: Fleet, access: AwsAccess, folder: string) {
  const { stateDir } = fleet.environment;
  const store = imageStore(stateDir);
  const programs = nodeOnly(path.join(folder, 'bin'));
  return async (
    service: Service,
    ground: Awaited<ReturnType<typeof openTrialGround>>,
    signal: AbortSignal,
  ): Promise<CheckEvent> => {
    signal.throwIfAborted();
    const { name, ecsService, repository } = service;
    const image = await store.find(name);
    if (image === undefined)
      throw new GsysError('IMAGE_MISSING', `there is no image of ${name} on this machine`, {
        next: `gsys build ${name}`,
      });
    const source = {
      registry: async () => registry(await ecr(access).authorization(), signal),
      repository: fleet.environment.image?.repository ?? repository,
    };
    const parts = partsOfStored(image, source, path.join(stateDir, 'base', 'listings'));
    const about = { service: name, ecsService, digest: image.digest };
    const started = performance.now();
    try {
      const trial = { fleet, service, image, parts, ground, programs, signal };
      await checkImage({ ...trial, folder: path.join(folder, 'images', name) });
      return { ...about, type: 'checked', durationMs: Math.round(performance.now() - started) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CheckFault)) throw error;
      const { step, message, lines } = error;
      return { ...about, type: 'check-failed', step, message, lines };
    }
  };
}

/** Keys are in it, so it goes even when a second Ctrl-C ends us at once. */
async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'gsys-check-'));
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    path: folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      process.off('exit', removeNow);
    },
  };
}

/** The one folder of this machine that images find programs in. */
function nodeOnly(folder: string): string {
  mkdirSync(folder, { recursive: true });
  symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}
