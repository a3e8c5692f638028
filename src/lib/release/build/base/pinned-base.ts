import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AwsAccess } from '../../../aws/clients.ts';
import { ecr } from '../../../aws/ecr.ts';
import { type Registry, registry, textOf } from '../../../aws/registry.ts';
import { GsysError, messageOf } from '../../../errors.ts';
import type { BaseImage } from '../../../fleet/fleet.ts';
import type { Base } from './base.ts';
import { type BaseConfig, type BaseManifest, describeBase, manifestFor } from './describe-base.ts';

/**
 * The base that gsys.yaml names. Its manifest and config are fetched once: a digest never means anything else. Its
 * layers stay where they are, in the registry that the images will go to.
 * @param folder where it is kept
 * @throws GsysError BUILD_FAILED when the registry does not have it, or it cannot stand under a service
 */
export async function pinnedBase(folder: string, image: BaseImage, access: AwsAccess): Promise<Base> {
  const key = createHash('sha256').update(`${image.base} ${image.architecture}`).digest('hex');
  const file = path.join(folder, `${key}.json`);
  const kept = await readKept(file);
  const fetched = kept ?? (await fetchBase(image, access));
  const base = describeBase(image, fetched.manifest, fetched.config);
  if (kept === undefined) await keep(file, fetched);
  return base;
}

interface Fetched {
  manifest: BaseManifest;
  config: BaseConfig;
}

async function fetchBase(image: BaseImage, access: AwsAccess): Promise<Fetched> {
  const authorization = await ecr(access).authorization();
  const { host } = new URL(authorization.endpoint);
  if (host !== image.registry)
    throw unusable(image, `it is in ${image.registry}, and images of this environment go to ${host}`, {
      next: `copy it there: docker buildx imagetools create --tag ${host}/${image.repository}:base ${image.base}`,
    });
  const source = registry(authorization, access.signal);
  try {
    const top = await manifestOf(source, image, image.digest);
    const digest = manifestFor(image, top);
    const manifest = digest === undefined ? top : await manifestOf(source, image, digest);
    return { manifest, config: JSON.parse(await readText(source, image.repository, manifest.config)) };
  } catch (cause) {
    access.signal?.throwIfAborted();
    if (cause instanceof GsysError && cause.code !== 'PUSH_FAILED') throw cause;
    throw unusable(image, messageOf(cause), { cause });
  }
}

async function manifestOf(source: Registry, image: BaseImage, digest: string): Promise<BaseManifest> {
  const found = await source.manifest(image.repository, digest);
  if (found === undefined)
    throw unusable(image, `repository ${image.repository} has no image ${digest}`, {
      next: 'push it there, or name another digest in gsys.yaml',
    });
  return JSON.parse(Buffer.from(found.bytes).toString()) as BaseManifest;
}

function readText(
  source: Registry,
  repository: string,
  blob: { digest: string; size: number } | undefined,
): Promise<string> {
  if (blob === undefined) throw new Error('its manifest names no config');
  return source.readBlob(repository, blob, textOf);
}

async function readKept(file: string): Promise<Fetched | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Fetched;
  } catch {
    return undefined;
  }
}

/** Without it, the next build asks again. */
async function keep(file: string, fetched: Fetched): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(fetched), { mode: 0o600 });
  await rename(`${file}.${process.pid}`, file);
}

function unusable(
  { base }: BaseImage,
  why: string,
  options: { next?: string; cause?: unknown } = {},
): GsysError {
  return new GsysError('BUILD_FAILED', `nothing can stand on ${base}: ${why}`, options);
}
