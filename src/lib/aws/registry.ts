import { createHash } from 'node:crypto';
import type { RegistryAccess } from './ecr.ts';
import { expectStatus, Passing, refusal, registryCalls } from './registry-calls.ts';

/** One OCI registry, by the distribution protocol: what building on a base, pushing and checking need of it. */
export interface Registry {
  hasBlob(repository: string, digest: string): Promise<boolean>;
  /** @returns bytes sent: none where the registry took the blob over from another repository */
  putBlob(repository: string, blob: BlobToSend): Promise<number>;
  putManifest(repository: string, tag: string, mediaType: string, bytes: Uint8Array): Promise<void>;
  /** @param reference a tag or a digest. @returns undefined when there is none */
  manifest(repository: string, reference: string): Promise<RegistryManifest | undefined>;
  /** @param read may be asked again, from the beginning, when the connection breaks */
  readBlob<T>(
    repository: string,
    blob: { digest: string; size: number },
    read: (content: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T>;
}

export interface BlobToSend {
  digest: string;
  /** Bytes. */
  size: number;
  /** From the beginning, each time it is asked; only asked when the bytes have to go. */
  content(): Promise<AsyncIterable<Uint8Array>>;
  /** A repository of the same registry that has it. */
  from?: string | undefined;
}

export interface RegistryManifest {
  mediaType: string;
  /** Of the bytes. */
  digest: string;
  bytes: Uint8Array;
}

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

export function registry(access: RegistryAccess, signal: AbortSignal | undefined): Registry {
  const { request, patiently } = registryCalls(access, signal);
  return {
    hasBlob(repository, digest) {
      const what = `${repository}: looking for ${digest}`;
      return patiently(what, async () => {
        const response = await request('HEAD', `/v2/${repository}/blobs/${digest}`);
        if (response.status === 404) return false;
        await expectStatus(response, [200], what);
        return true;
      });
    },

    // A retry starts the upload again: a session that broke may hold any part of the bytes.
    putBlob(repository, { digest, size, content, from }) {
      const what = `${repository}: sending ${digest}`;
      return patiently(what, async () => {
        const mount = from === undefined ? '' : `?${new URLSearchParams({ mount: digest, from })}`;
        const opened = await request('POST', `/v2/${repository}/blobs/uploads/${mount}`);
        // A registry that does not join layers opens an upload instead.
        await expectStatus(opened, from === undefined ? [202] : [201, 202], what);
        if (opened.status === 201) return 0;
        const binary = { 'content-type': 'application/octet-stream' };
        const upload = { body: await content(), headers: binary, size };
        const sent = await request('PATCH', locationOf(opened, access.endpoint), upload);
        await expectStatus(sent, [202, 204], what);
        const last = locationOf(sent, access.endpoint);
        last.searchParams.set('digest', digest);
        await expectStatus(await request('PUT', last), [201, 204], what);
        return size;
      });
    },

    putManifest(repository, tag, mediaType, bytes) {
      const what = `${repository}: tagging ${tag}`;
      return patiently(what, async () => {
        const headers = { 'content-type': mediaType };
        const response = await request('PUT', `/v2/${repository}/manifests/${tag}`, { body: bytes, headers });
        await expectStatus(response, [200, 201], what);
      });
    },

    manifest(repository, reference) {
      const what = `${repository}: reading the manifest ${reference}`;
      return patiently(what, async () => {
        const headers = { accept: MANIFEST_TYPES.join(', ') };
        const response = await request('GET', `/v2/${repository}/manifests/${reference}`, { headers });
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (response.status === 404) return undefined;
        if (response.status !== 200) throw refusal(response, Buffer.from(bytes).toString(), what);
        const mediaType = response.headers.get('content-type') ?? '';
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        if (reference.includes(':') && reference !== digest) throw new Passing(`it has the digest ${digest}`);
        return { mediaType, digest, bytes };
      });
    },

    readBlob(repository, { digest, size }, read) {
      const what = `${repository}: reading ${digest}`;
      return patiently(what, async () => {
        const response = await request('GET', `/v2/${repository}/blobs/${digest}`, { size });
        if (response.status !== 200 || response.body === null)
          throw refusal(response, await response.text(), what);
        return await read(verified(response.body, digest));
      });
    },
  };
}

/** The same bytes; fails at their end when they are not what the digest says. */
async function* verified(content: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw new Passing(`what came has the digest ${actual}`);
}

/** For `readBlob`: a small blob as text. */
export async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function locationOf(response: Response, endpoint: string): URL {
  const location = response.headers.get('location');
  if (location === null) throw new Passing('the registry opened an upload without saying where');
  return new URL(location, endpoint);
}
