import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';

/** Nothing of this machine's clock and users. */
export const ROOT = { uid: 0, gid: 0, mtime: new Date(0) };

/** Adds a file of this machine, of whatever size. */
export async function addFile(
  archive: Pack,
  { name, mode }: { name: string; mode: number },
  source: string,
): Promise<void> {
  const { size } = await stat(source);
  const entry = archive.entry({ ...ROOT, name, mode, size });
  // tar-stream's streams are not Node's own, but behave like them.
  await pipeline(createReadStream(source), entry as unknown as NodeJS.WritableStream);
}
