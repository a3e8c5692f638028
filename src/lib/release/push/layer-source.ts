import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Registry } from '../../aws/registry.ts';
import type { Environment } from '../../fleet/fleet.ts';

/** Layers of the base as files, for a registry that does not share them: fetched once, then kept. */
export interface LayerSource {
  file(layer: { digest: string; size: number }): Promise<string>;
}

export function layerSource(target: Registry, { stateDir, image }: Environment): LayerSource {
  const folder = path.join(stateDir, 'base', 'layers');
  const fetching = new Map<string, Promise<string>>();

  const fetchLayer = async (layer: { digest: string; size: number }): Promise<string> => {
    const file = path.join(folder, layer.digest.replace('sha256:', ''));
    const there = await stat(file).catch(() => undefined);
    if (there?.size === layer.size) return file;
    if (image === undefined) throw new Error(`layer ${layer.digest} is nowhere`);
    const draft = `${file}.${process.pid}`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await target.readBlob(image.repository, layer, (content) =>
        pipeline(content, createWriteStream(draft, { mode: 0o600 })),
      );
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
    return file;
  };

  return {
    file(layer) {
      const known = fetching.get(layer.digest);
      if (known !== undefined) return known;
      const made = fetchLayer(layer);
      fetching.set(layer.digest, made);
      return made;
    },
  };
}
