import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/**
 * Unpacks a service's own layer, as gsys makes them: files and folders, compressed by gzip.
 * @throws Error for anything else
 */
export async function unpackOwnLayer(file: string, into: string): Promise<void> {
  const archive = extract();
  // tar-stream's streams are not Node's own, but behave like them.
  const sink = archive as unknown as NodeJS.WritableStream;
  const reading = pipeline(createReadStream(file), createGunzip(), sink);
  reading.catch(() => undefined);
  for await (const entry of archive) {
    const { name, type } = entry.header;
    const target = path.join(into, name);
    if (!target.startsWith(into + path.sep)) throw new Error(`${name} leads out of the image`);
    if (type === 'directory') {
      await mkdir(target, { recursive: true });
      entry.resume();
    } else if (type === 'file')
      await pipeline(entry as AsyncIterable<Buffer>, createWriteStream(target, { flags: 'wx', mode: 0o444 }));
    else throw new Error(`${name} is a ${type}`);
  }
  await reading;
}
