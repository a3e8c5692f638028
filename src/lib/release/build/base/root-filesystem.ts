import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { foldersOf, ROOT } from '../layer.ts';
import type { BaseFile } from './node-files.ts';

/** What programs and libraries look for besides themselves. */
export const TEXTS = {
  'etc/passwd':
    'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

const NODE_IN_PATH = 'usr/local/bin/node';
/** Bytes read at once. */
const CHUNK = 1024 * 1024;

/**
 * Writes a root filesystem as a tar: these files, Node first and in the PATH, and the little else that they look for.
 * The same files give the same bytes.
 */
export async function writeRootFilesystem(
  files: BaseFile[],
  target: string,
): Promise<{ digest: string; size: number }> {
  const archive = pack();
  const hash = createHash('sha256');
  let size = 0;
  const measuring = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  await Promise.all([
    pipeline(archive as AsyncIterable<Buffer>, measuring, createWriteStream(target, { mode: 0o600 })),
    fill(archive, files).catch((error) => archive.destroy(error)),
  ]);
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function fill(archive: Pack, files: BaseFile[]): Promise<void> {
  const node = files[0]?.name ?? '';
  const inside = [...files.map(({ name }) => name), ...Object.keys(TEXTS), 'root/x', NODE_IN_PATH];
  for (const name of foldersOf(inside)) archive.entry({ ...ROOT, name, type: 'directory', mode: 0o755 });
  archive.entry({ ...ROOT, name: 'tmp/', type: 'directory', mode: 0o1777 });
  if (node !== NODE_IN_PATH)
    archive.entry({ ...ROOT, name: NODE_IN_PATH, type: 'symlink', linkname: `/${node}` });
  for (const [name, text] of Object.entries(TEXTS)) archive.entry({ ...ROOT, name, mode: 0o644 }, text);
  for (const { name, source } of files) {
    const { size } = await stat(source);
    const entry = archive.entry({ ...ROOT, name, mode: 0o755, size });
    // tar-stream's streams are not Node's own, but behave like them.
    await pipeline(
      createReadStream(source, { highWaterMark: CHUNK }),
      entry as unknown as NodeJS.WritableStream,
    );
  }
  archive.finalize();
}
