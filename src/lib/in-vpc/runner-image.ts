import type { AwsAccess } from '../aws/clients.ts';
import { ecr } from '../aws/ecr.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Runner, runnerOf } from '../fleet/in-vpc.ts';
import { baseOf } from '../release/build/base/base.ts';
import { builtNote } from '../release/build/built-images.ts';
import { digested, inputHash, makeImage } from '../release/build/image.ts';
import { imageStore } from '../release/build/image-store.ts';
import { push } from '../release/push/push.ts';
import { runnerFiles } from './runner-files.ts';

export interface RunnerImageOptions {
  fleet: Fleet;
  access: AwsAccess;
  /** Absolute path of the fleet's gsys.yaml. */
  definition: string;
  /** The folder of gsys's own package.json. */
  program: string;
  /** Files that the command is to read, as they are named to it. */
  given: string[];
  onStep(text: string): void;
}

/**
 * gsys's own image with the definition as it is here, in the registry: found there by what goes into it, else made and
 * pushed.
 * @returns `repositoryUri@sha256:…`
 */
export async function runnerImage(options: RunnerImageOptions): Promise<string> {
  const { fleet, access, onStep } = options;
  const { stateDir } = fleet.environment;
  const runner = runnerOf(fleet);
  const names = fleet.services.map(({ name }) => name);
  const [base, built] = await Promise.all([baseOf(fleet, access), builtNote(stateDir, names)]);
  const files = runnerFiles({ ...options, built });
  const input = inputHash(runner.name, files.map(digested), base);
  const there = await inRegistry(runner, input, access);
  if (there !== undefined) return there;

  onStep('building and pushing gsys’s own image');
  const store = imageStore(stateDir);
  const stored = await store.find(runner.name);
  if (stored?.input !== input) await store.save(await makeImage(runner.name, files, base));
  const { name, repository, container: ecsService } = runner;
  for await (const event of push(fleet, [{ name, repository, ecsService }], access))
    if (event.type === 'pushed' || event.type === 'unchanged') return event.image;
  throw new GsysError('PUSH_FAILED', `${repository} did not get the image of gsys`);
}

async function inRegistry(
  { repository }: Runner,
  input: string,
  access: AwsAccess,
): Promise<string | undefined> {
  const registry = ecr(access);
  const [digest, uris] = await Promise.all([
    registry.digestOf(repository, input),
    registry.repositoryUris([repository]),
  ]);
  const uri = uris.get(repository);
  return digest === undefined || uri === undefined ? undefined : `${uri}@${digest}`;
}
