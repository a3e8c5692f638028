import { realpathSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../../../errors.ts';
import { type Base, type BaseLayer, MACHINE } from './base.ts';
import { type BaseFile, filesOfNode } from './node-files.ts';
import { TEXTS, writeRootFilesystem } from './root-filesystem.ts';

/** Changes when the same files would make another layer. */
const FORMAT = 2;

/** Docker's names for Node's. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** Not compressed: its 100 MB would take seconds, and go no further than this machine. */
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';

/**
 * A base of this machine's own Node and what it needs to run: complete, but nobody else's. Made once for as long as
 * these files stay what they are.
 * @param folder where it is kept
 * @throws GsysError BUILD_FAILED where this machine's Node runs in no container
 */
export async function machineBase(folder: string): Promise<Base> {
  const [node = ''] = process.versions.node.split('.');
  const layer = (await known(folder)) ?? (await make(folder));
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  return { name: MACHINE, digest: layer.digest, node, architecture, layers: [layer], config: {} };
}

/** What was made, of which files. They are told by where they are, how large and how old, as make(1) has it. */
interface Note {
  made: string;
  files: (BaseFile & { size: number; mtimeMs: number })[];
  digest: string;
  size: number;
}

const MADE = JSON.stringify([FORMAT, process.version, TEXTS]);

async function known(folder: string): Promise<BaseLayer | undefined> {
  try {
    const note = JSON.parse(await readFile(noteFile(folder), 'utf8')) as Note;
    const node = realpathSync(process.execPath);
    if (note.made !== MADE || note.files[0]?.source !== node) return undefined;
    const now = await Promise.all(note.files.map(withAge));
    if (JSON.stringify(now) !== JSON.stringify(note.files)) return undefined;
    const layer = layerOf(folder, note);
    return (await stat(layer.file)).size === note.size ? layer : undefined;
  } catch {
    return undefined;
  }
}

async function make(folder: string): Promise<BaseLayer> {
  const draft = path.join(folder, `draft-${process.pid}`);
  try {
    const files = await Promise.all((await filesOfNode(realpathSync(process.execPath))).map(withAge));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const written = await writeRootFilesystem(files, draft);
    const layer = layerOf(folder, written);
    await rename(draft, layer.file);
    const note: Note = { made: MADE, files, ...written };
    await writeFile(`${draft}.json`, JSON.stringify(note), { mode: 0o600 });
    await rename(`${draft}.json`, noteFile(folder));
    await removeOthers(folder, path.basename(layer.file));
    return layer;
  } catch (cause) {
    await rm(draft, { force: true });
    if (cause instanceof GsysError) throw cause;
    throw new GsysError('FILE_SYSTEM', `cannot make the base layer: ${messageOf(cause)}`, {
      cause,
      next: `look at the space and permissions of ${folder}`,
    });
  }
}

async function withAge(file: BaseFile): Promise<Note['files'][number]> {
  const { size, mtimeMs } = await stat(file.source);
  return { name: file.name, source: file.source, size, mtimeMs };
}

function layerOf(folder: string, { digest, size }: { digest: string; size: number }) {
  const file = path.join(folder, `${digest.slice('sha256:'.length)}${LAYER_SUFFIX}`);
  return { mediaType: LAYER_TYPE, digest, size, diffId: digest, file };
}

const LAYER_SUFFIX = '.tar';

function noteFile(folder: string): string {
  return path.join(folder, 'machine.json');
}

/** Layers of a Node that is no longer this machine's; images that stand on one keep it by a link of their own. */
async function removeOthers(folder: string, kept: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith(LAYER_SUFFIX) && name !== kept) await rm(path.join(folder, name), { force: true });
}
