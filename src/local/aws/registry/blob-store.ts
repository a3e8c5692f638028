import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AwsContext } from '../context.ts';
import { RegistryError } from './registry-error.ts';

/** Bytes by digest: read-only files, each complete or not there. */
export interface BlobStore {
  file(digest: string): string;
  /** Bytes; undefined when it is not there. */
  size(digest: string): number | undefined;
  text(digest: string): string;
  digests(): string[];
  remove(digest: string): void;
  /** For what is small and in memory: manifests. */
  add(digest: string, content: Buffer): Promise<void>;
  begin(): Upload;
  upload(id: string): Upload | undefined;
}

/** A blob on its way in. */
export interface Upload {
  id: string;
  /** Bytes so far. */
  size(): number;
  /** One writer at a time; a part that breaks off ends the upload. */
  append(content: AsyncIterable<Buffer>): Promise<void>;
  /** Checks the digest and makes the blob; the upload is over either way. */
  finish(digest: string): Promise<void>;
  cancel(): Promise<void>;
}

/** Uploads that nobody continued for an hour are given up (ms). */
const ABANDONED = 60 * 60 * 1000;

export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

export function openBlobStore({ folder, clock, randomId }: AwsContext): BlobStore {
  const blobs = path.join(folder, 'registry', 'blobs');
  const uploading = path.join(folder, 'registry', 'uploads');
  // Uploads do not outlive the process that took them: their clients start again.
  rmSync(uploading, { recursive: true, force: true });
  for (const each of [blobs, uploading]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const file = (digest: string) => {
    if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', `${digest} is not a sha256 digest`);
    return path.join(blobs, digest.slice('sha256:'.length));
  };
  const uploads = new Map<string, Upload & { touchedAt: number }>();

  function begin(): Upload {
    for (const old of uploads.values())
      if (old.touchedAt < clock() - ABANDONED) old.cancel().catch(() => undefined);
    const id = randomId();
    const upload = {
      ...createUpload(path.join(uploading, id), file, () => uploads.delete(id)),
      id,
      touchedAt: clock(),
    };
    uploads.set(id, upload);
    return upload;
  }

  return {
    file,
    size: (digest) => statSync(file(digest), { throwIfNoEntry: false })?.size,
    text: (digest) => readFileSync(file(digest), 'utf8'),
    digests: () => readdirSync(blobs).map((name) => `sha256:${name}`),
    remove: (digest) => rmSync(file(digest), { force: true }),
    async add(digest, content) {
      const temporary = path.join(uploading, randomId());
      try {
        await writeFile(temporary, content, { mode: 0o600, flush: true });
        await rename(temporary, file(digest));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    begin,
    upload(id) {
      const upload = uploads.get(id);
      if (upload) upload.touchedAt = clock();
      return upload;
    },
  };
}

function createUpload(
  temporary: string,
  fileOf: (digest: string) => string,
  over: () => void,
): Omit<Upload, 'id'> {
  const hash: Hash = createHash('sha256');
  let size = 0;
  let busy = false;

  async function cancel(): Promise<void> {
    over();
    await rm(temporary, { force: true });
  }

  return {
    size: () => size,
    cancel,
    async append(content) {
      if (busy)
        throw new RegistryError('BLOB_UPLOAD_INVALID', 'another request is writing to this upload', 416);
      busy = true;
      try {
        await pipeline(
          content,
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              hash.update(chunk);
              size += chunk.length;
              yield chunk;
            }
          },
          createWriteStream(temporary, { flags: 'a', mode: 0o600 }),
        );
      } catch (error) {
        await cancel();
        throw error;
      } finally {
        busy = false;
      }
    },
    async finish(digest) {
      try {
        const target = fileOf(digest);
        const actual = `sha256:${hash.digest('hex')}`;
        if (actual !== digest)
          throw new RegistryError('DIGEST_INVALID', `the content has digest ${actual}, not ${digest}`);
        await sync(temporary);
        await rename(temporary, target);
        over();
      } catch (error) {
        await cancel();
        throw error;
      }
    },
  };
}

/** Also makes the file of an upload that had no content. */
async function sync(file: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
