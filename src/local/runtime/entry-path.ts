import path from 'node:path';

/**
 * The place of a tar entry, relative to the root of the tree.
 * @returns '' for the root itself
 * @throws Error for a name that could mean a place outside
 */
export function entryPath(name: string): string {
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (name.startsWith('/') || name.includes('\0') || segments.includes('..'))
    throw new Error(`archive entry "${name}" leaves the tree`);
  return segments.join('/');
}

/**
 * The target of a symbolic link, rewritten to a relative one that stays inside: `..` come first only, and lead
 * through real folders, so that no chain of links can lead out either.
 * @param entry place of the link, from entryPath()
 * @throws Error for a target outside
 */
export function linkTarget(entry: string, target: string): string {
  const folder = path.posix.dirname(entry);
  const inside = target.startsWith('/')
    ? path.posix.normalize(target).slice(1)
    : path.posix.normalize(path.posix.join(folder, target));
  if (inside === '..' || inside.startsWith('../') || inside.includes('\0'))
    throw new Error(`symbolic link "${entry}" -> "${target}" leaves the tree`);
  return path.posix.relative(folder, inside) || '.';
}
