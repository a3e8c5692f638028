import { createReadStream } from 'node:fs';
import type { BlobToSend, Registry } from '../../aws/registry.ts';
import type { Environment } from '../../fleet/fleet.ts';
import { MANIFEST_TYPE } from '../build/image.ts';
import type { StoredBlob, StoredImage } from '../build/image-store.ts';
import { layerSource } from './layer-source.ts';

export interface ImageSender {
  /** Blobs first, then the manifest with its tag. @returns bytes that went, and bytes that had not to */
  send(repository: string, image: StoredImage): Promise<{ sent: number; mounted: number }>;
  /** Bytes of base layers that went more than once, because the registry did not share them. */
  sentAgain(): number;
}

export interface SenderOptions {
  target: Registry;
  environment: Environment;
  /** Repositories that may hold a layer of the base already. */
  holders: string[];
  onSent(bytes: number): void;
}

/** Bytes read at once. */
const CHUNK = 1024 * 1024;
/** Repositories that are asked for a layer before it is sent once more. */
const ASKED = 10;

/** What images share is sent for the first of them; the others get it from there, by the registry itself. */
export function imageSender({ target, environment, holders, onSent }: SenderOptions): ImageSender {
  const source = layerSource(target, environment);
  /** Where a shared layer is or will be, by its digest. */
  const homes = new Map<string, Promise<string>>();
  let first = 0;
  let all = 0;

  const content = async (blob: StoredBlob) => {
    const file = blob.file ?? (await source.file(blob));
    return counted(createReadStream(file, { highWaterMark: CHUNK }), onSent);
  };
  const put = (repository: string, blob: StoredBlob, from?: string): Promise<number> => {
    const toSend: BlobToSend = { digest: blob.digest, size: blob.size, content: () => content(blob), from };
    return target.putBlob(repository, toSend);
  };

  const sendOwn = async (repository: string, blob: StoredBlob): Promise<number> =>
    (await target.hasBlob(repository, blob.digest)) ? 0 : await put(repository, blob);

  const findHome = async (digest: string): Promise<string | undefined> => {
    if (environment.image !== undefined) return environment.image.repository;
    for (const holder of holders.slice(0, ASKED)) if (await target.hasBlob(holder, digest)) return holder;
    return undefined;
  };

  const sendShared = async (repository: string, layer: StoredBlob): Promise<number> => {
    if (await target.hasBlob(repository, layer.digest)) return 0;
    const home = homes.get(layer.digest);
    if (home !== undefined) return await put(repository, layer, await home);
    const sending = findHome(layer.digest).then((from) => put(repository, layer, from));
    const becoming = sending.then(() => repository);
    // Whoever waits for it hears of a failure, and nobody has to wait.
    becoming.catch(() => undefined);
    homes.set(layer.digest, becoming);
    const sent = await sending;
    first += sent;
    return sent;
  };

  return {
    async send(repository, image) {
      const own = image.layers.at(-1) as StoredBlob;
      let sent = image.manifest.length;
      let mounted = 0;
      for (const layer of image.layers.slice(0, -1)) {
        const bytes = await sendShared(repository, layer);
        sent += bytes;
        all += bytes;
        if (bytes === 0) mounted += layer.size;
      }
      for (const blob of [own, image.config]) sent += await sendOwn(repository, blob);
      await target.putManifest(repository, image.input, MANIFEST_TYPE, image.manifest);
      return { sent, mounted };
    },
    sentAgain: () => all - first,
  };
}

async function* counted(chunks: AsyncIterable<Buffer>, onSent: (bytes: number) => void) {
  for await (const chunk of chunks) {
    onSent(chunk.length);
    yield chunk;
  }
}
