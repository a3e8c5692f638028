import { GsysError } from '../../../errors.ts';
import type { BaseImage } from '../../../fleet/fleet.ts';
import type { Base } from './base.ts';

/** The parts of a manifest, or of an index of several, that a base is made of. */
export interface BaseManifest {
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: (Descriptor & { platform?: { os?: string; architecture?: string } })[];
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface BaseConfig {
  architecture?: string;
  os?: string;
  config?: { Env?: string[]; User?: string; StopSignal?: string };
  rootfs?: { diff_ids?: string[] };
}

/** @returns which manifest of an index is meant; undefined for one that is a manifest itself */
export function manifestFor({ base, architecture }: BaseImage, { manifests }: BaseManifest) {
  if (manifests === undefined) return undefined;
  const offered = manifests.flatMap(({ platform }) =>
    platform?.architecture === undefined ? [] : [`${platform.os}/${platform.architecture}`],
  );
  const found = manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  );
  if (found !== undefined) return found.digest;
  throw refusal(base, `it has no image for linux/${architecture}, only for ${offered.join(', ')}`);
}

/** What is to be known of a base before something stands on it. Pure. @throws GsysError BUILD_FAILED */
export function describeBase(image: BaseImage, manifest: BaseManifest, document: BaseConfig): Base {
  const { layers = [] } = manifest;
  const { config = {}, rootfs: { diff_ids: diffIds = [] } = {} } = document;
  if (layers.length === 0 || layers.length !== diffIds.length)
    throw refusal(image.base, `its config names ${diffIds.length} layers, its manifest ${layers.length}`);
  if (document.os !== 'linux' || document.architecture !== image.architecture)
    throw refusal(
      image.base,
      `it is for ${document.os}/${document.architecture}, not linux/${image.architecture}`,
    );
  const { Env, User, StopSignal } = config;
  return {
    name: image.base,
    digest: image.digest,
    node: nodeOf(image, Env),
    architecture: image.architecture,
    layers: layers.map(({ mediaType, digest, size }, i) => {
      return { mediaType: ociType(mediaType), digest, size, diffId: diffIds[i] ?? '' };
    }),
    config: { ...(Env && { Env }), ...(User && { User }), ...(StopSignal && { StopSignal }) },
  };
}

const OLDEST_NODE = 20;

/** Images of Docker's `node` and what stands on them say it in NODE_VERSION; of others gsys.yaml has to. */
function nodeOf({ base, node }: BaseImage, environment: string[] = []): string {
  const said = environment.find((variable) => variable.startsWith('NODE_VERSION='))?.split('=')[1];
  const major = said?.replace(/^v/, '').split('.')[0];
  if (major === undefined && node === undefined)
    throw refusal(base, 'it does not say which Node is in it', 'say it in gsys.yaml, beside base: node: 22');
  if (major !== undefined && node !== undefined && major !== String(node))
    throw refusal(base, `it says that its Node is ${said}, and gsys.yaml says ${node}`);
  const known = Number(major ?? node);
  if (!(known >= OLDEST_NODE)) throw refusal(base, `services need Node ${OLDEST_NODE} or newer, not ${said}`);
  return String(known);
}

/** An OCI manifest names its layers by OCI's types; the bytes are the same. */
function ociType(mediaType: string): string {
  const docker = /^application\/vnd\.docker\.image\.rootfs\.diff\.tar(\.gzip|\.zstd)?$/.exec(mediaType);
  if (docker === null) return mediaType;
  return `application/vnd.oci.image.layer.v1.tar${(docker[1] ?? '').replace('.', '+')}`;
}

function refusal(base: string, why: string, next = 'name another one in gsys.yaml'): GsysError {
  return new GsysError('BUILD_FAILED', `nothing can stand on ${base}: ${why}`, { next });
}
