import { pack } from 'tar-stream';
import type { PulledImage } from '../../ports.ts';
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
 * @param known layers from below that the Engine has already
 * @throws Error for an image that does not say what its layers hold
 */
export function archivedImage(name: string, image: PulledImage, known: number): ArchivedImage {
  const { rootfs } = image.config;
  if (rootfs?.diff_ids?.length !== image.layers.length)
    throw new Error(
      `the image's config names ${rootfs?.diff_ids?.length ?? 'no'} layers, its manifest ${image.layers.length}`,
    );
  const layers = image.layers.map(({ file }, i) => ({
    name: `${i}.tar`,
    file: i < known ? undefined : file,
  }));
  return { name, config: image.config, layers };
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
