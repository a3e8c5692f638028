import path from 'node:path';
import type { AwsAccess } from '../../../aws/clients.ts';
import { ecr } from '../../../aws/ecr.ts';
import { type Registry, registry } from '../../../aws/registry.ts';
import { GsysError } from '../../../errors.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { parseImageReference } from '../../../fleet/image-reference.ts';
import { asTheyCome } from '../../as-they-come.ts';
import type { BaseManifest } from '../base/describe-base.ts';
import { NODE_LABEL } from '../image.ts';
import { imageStore } from '../image-store.ts';
import { hasFile } from './find-file.ts';
import {
  type ImageConfig,
  type ImageContents,
  imageContents,
  partsInRegistry,
  partsOfStored,
} from './image-contents.ts';
import { neededFiles } from './needed-files.ts';

/** What a task definition says of one container. */
export interface HealthCommand {
  service: string;
  /** `repositoryUri@sha256:…` */
  image: string;
  /** Of its healthCheck: `["CMD", "node", "health.js"]`; undefined where it has none. */
  command: string[] | undefined;
}

const AT_ONCE = 8;

/**
 * Sees that every health command is in its image: where one is not, ECS would replace every task of the service, for
 * ever. Images that were built here are looked at here, others in the registry by their config; layers of others
 * than `gsys build` are fetched once.
 * @throws GsysError HEALTH_COMMAND_MISSING that names each service and what its image lacks; IMAGE_MISSING
 */
export async function requireHealthCommands(
  fleet: Fleet,
  commands: HealthCommand[],
  access: AwsAccess,
): Promise<void> {
  const open = contentsOf(fleet, access);
  const details: string[] = [];
  const judged = asTheyCome(commands, AT_ONCE, async ({ service, image, command }) => {
    const fault = await healthCommandFault(await open(service, image), command);
    return fault === undefined ? undefined : `${service}: ${(command ?? []).join(' ')}: ${fault}`;
  });
  for await (const detail of judged) if (detail !== undefined) details.push(detail);
  if (details.length === 0) return;
  throw new GsysError('HEALTH_COMMAND_MISSING', 'a health command is not in its image', {
    details: details.sort(),
    next: 'correct healthCheck.command in the template, or what goes into the image',
  });
}

/** @returns what the image lacks, or undefined */
export async function healthCommandFault(
  { config, layers }: ImageContents,
  command: string[] | undefined,
): Promise<string | undefined> {
  for (const { anyOf, fault, program } of neededFiles(command, placeOf(config))) {
    // Whoever built it has seen to that already, and layers of a base are large.
    if (program === 'node' && config.Labels?.[NODE_LABEL] !== undefined) continue;
    let found = false;
    for (const file of anyOf) found ||= await hasFile(layers, file);
    if (!found) return fault;
  }
  return undefined;
}

/** Docker's, for images that set none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function placeOf({ Env = [], WorkingDir }: ImageConfig) {
  const search = Env.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  return { workingDirectory: WorkingDir || '/', search: search ?? DEFAULT_PATH };
}

function contentsOf({ environment }: Fleet, access: AwsAccess) {
  const store = imageStore(environment.stateDir);
  const folder = path.join(environment.stateDir, 'base', 'listings');
  let opened: Promise<Registry> | undefined;
  const open = () => {
    opened ??= ecr(access)
      .authorization()
      .then((authorization) => registry(authorization, access.signal));
    return opened;
  };
  return async (service: string, image: string): Promise<ImageContents> => {
    const reference = parseImageReference(image);
    if (reference === undefined) throw new GsysError('IMAGE_MISSING', `${service}: ${image} is not pinned`);
    const { repository, digest } = reference;
    const stored = await store.find(service);
    const source = { registry: open, repository };
    if (stored?.digest === digest) return await imageContents(partsOfStored(stored, source, folder));
    const manifest = await manifestOf(await open(), repository, digest, environment.image?.architecture);
    if (manifest !== undefined) return await imageContents(partsInRegistry(manifest, source, folder));
    throw new GsysError('IMAGE_MISSING', `${service}: the registry has no ${image}`, {
      next: `gsys push ${service}`,
    });
  };
}

/** Of an index, the one for the tasks' architecture. */
async function manifestOf(
  source: Registry,
  repository: string,
  digest: string,
  architecture = 'amd64',
): Promise<Uint8Array | undefined> {
  const found = await source.manifest(repository, digest);
  if (found === undefined) return undefined;
  const { manifests } = JSON.parse(Buffer.from(found.bytes).toString()) as BaseManifest;
  const fitting = manifests?.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  );
  if (fitting === undefined) return found.bytes;
  return await manifestOf(source, repository, fitting.digest, architecture);
}
