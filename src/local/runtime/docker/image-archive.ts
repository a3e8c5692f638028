import { pack } from 'tar-stream';
import type { PulledImage } from '../../ports.ts';
import type { BaseLayer } from './machine-base.ts';
import { addFile, ROOT } from './tar.ts';

export interface ArchivedImage {
  /** `repository:tag`. */
  name: string;
  config: PulledImage['config'];
  /** Bottom first. One without a file is sent by name alone: the Engine has it. */
  layers: { name: string; file: string | undefined }[];
}

/**
 * An image as `docker load` takes it.
 * @param base stands under the image's own layers
 * @param known the Engine has the base already
 * @throws Error for an image that does not say what its layers hold
 */
export function archivedImage(
  name: string,
  image: PulledImage,
  base: BaseLayer | undefined,
  known: boolean,
): ArchivedImage {
  const { rootfs, history } = image.config;
  if (rootfs?.diff_ids?.length !== image.layers.length)
    throw new Error(
      `the image's config names ${rootfs?.diff_ids?.length ?? 'no'} layers, its manifest ${image.layers.length}`,
    );
  const own = image.layers.map(({ file }, i) => ({ name: `${i}.tar`, file }));
  if (base === undefined) return { name, config: image.config, layers: own };
  return {
    name,
    config: {
      ...image.config,
      rootfs: { type: 'layers', diff_ids: [base.diffId, ...rootfs.diff_ids] },
      ...(history && { history: [{ created_by: 'gsys: node of this machine' }, ...history] }),
    },
    layers: [{ name: 'base.tar', file: known ? undefined : base.file }, ...own],
  };
}

/** The bytes to send. An error while files are read is an error of the stream. */
export function writeArchive({ name, config, layers }: ArchivedImage): NodeJS.ReadableStream {
  const archive = pack();
  const write = async () => {
    for (const { name, file } of layers)
      if (file !== undefined) await addFile(archive, { name, mode: 0o644 }, file);
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: layers.map((layer) => layer.name) }];
    archive.entry({ ...ROOT, name: 'config.json' }, JSON.stringify(config));
    archive.entry({ ...ROOT, name: 'manifest.json' }, JSON.stringify(manifest));
    archive.finalize();
  };
  write().catch((error) => archive.destroy(error));
  return archive as unknown as NodeJS.ReadableStream;
}
