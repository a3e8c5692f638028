import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Docker's, for images that set none. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Where a program of an image is on this machine. `node` is the Node that runs us; everything else has to be
 * in the image, so that what a container would lack is lacking here.
 * @param name as in an entry point: bare, absolute, or relative to the working directory
 * @param workingDirectory inside the image
 * @throws Error with the words of a container runtime
 */
export function resolveProgram(
  tree: string,
  name: string,
  searchPath: string,
  workingDirectory: string,
): string {
  if (name === 'node') return process.execPath;
  if (name.includes('/')) return executable(tree, path.posix.resolve(workingDirectory, name), name);
  for (const folder of searchPath.split(':')) {
    if (!folder.startsWith('/')) continue;
    try {
      return executable(tree, path.posix.join(folder, name), name);
    } catch {
      // not in this folder
    }
  }
  throw new Error(`exec: "${name}": executable file not found in $PATH`);
}

function executable(tree: string, inside: string, name: string): string {
  const missing = `exec: "${name}": stat ${inside}: no such file or directory`;
  let file: string;
  try {
    file = realpathSync(path.join(tree, inside));
  } catch {
    throw new Error(missing);
  }
  if (!isInside(realpathSync(tree), file)) throw new Error(missing);
  if (!statSync(file).isFile()) throw new Error(`exec: "${name}": is a directory`);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw new Error(`exec: "${name}": permission denied`);
  }
  return file;
}

export function isInside(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}
