import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { ImageSource, PulledImage } from '../../../src/local/ports.ts';

export interface TarEntry {
  name: string;
  type?: 'file' | 'directory' | 'symlink' | 'link' | 'fifo';
  content?: string;
  linkname?: string;
  mode?: number;
}

/** Writes one layer blob and says where it is. */
export async function makeLayer(
  folder: string,
  entries: TarEntry[],
  { gzip = true } = {},
): Promise<PulledImage['layers'][number] & { diffId: string }> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry({ mode: 0o644, ...header }, content ?? '');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  const blob = gzip ? gzipSync(tar) : tar;
  const hex = createHash('sha256').update(blob).digest('hex');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, hex);
  writeFileSync(file, blob);
  const mediaType = `application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : ''}`;
  const diffId = `sha256:${createHash('sha256').update(tar).digest('hex')}`;
  return { digest: `sha256:${hex}`, mediaType, file, diffId };
}

export type ImageConfig = NonNullable<PulledImage['config']['config']>;

export const OUR_NODE = String(process.versions.node.split('.')[0]);

/** A registry in a folder: images that gsys could have built, by the reference they were added under. */
export function imageFolder(folder: string) {
  const images = new Map<string, PulledImage>();
  const source: ImageSource = {
    resolve(reference) {
      const image = images.get(reference);
      if (!image) throw new Error(`${reference}: not found`);
      return image;
    },
  };
  let under: (PulledImage['layers'][number] & { diffId: string })[] = [];
  /** Of images that are added from now on. */
  const standOn = (layers: typeof under) => {
    under = layers;
  };
  /** Files are put under /app, where the image works. */
  async function add(reference: string, files: Record<string, string>, config: ImageConfig = {}) {
    const entries = Object.entries(files).map(([name, content]) => ({
      name: `app/${name}`,
      content,
      mode: 0o755,
    }));
    const layer = await makeLayer(folder, entries);
    images.set(reference, {
      digest: `sha256:${createHash('sha256').update(`${reference}${layer.digest}`).digest('hex')}`,
      config: {
        config: {
          WorkingDir: '/app',
          Entrypoint: ['node', 'main.js'],
          Labels: { 'gsys.node': OUR_NODE },
          ...config,
        },
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        os: 'linux',
        rootfs: { type: 'layers', diff_ids: [...under, layer].map(({ diffId }) => diffId) },
      },
      layers: [...under, layer],
    });
    return reference;
  }
  return { source, add, standOn };
}
