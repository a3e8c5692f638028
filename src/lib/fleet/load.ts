import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../errors.ts';
import type { DefinitionFiles } from './definition.ts';
import { cached } from './definition-cache.ts';
import type { Fleet } from './fleet.ts';
import { type ResolveOptions, resolveFleet } from './resolve.ts';

export interface LoadOptions extends ResolveOptions {
  /** Path of gsys.yaml; otherwise the nearest one upwards from `from`. */
  config?: string | undefined;
  from: string;
}

/**
 * Reads gsys.yaml and every services/<name>/service.yaml, checks them, and resolves them for one environment.
 * @throws GsysError INVALID_DEFINITION with every mistake as a detail, UNKNOWN_ENVIRONMENT
 */
export async function loadFleet(options: LoadOptions): Promise<Fleet> {
  const file =
    options.config === undefined ? findConfig(options.from) : path.resolve(options.from, options.config);
  const files = readFiles(file);
  const home = options.home ?? path.join(files.root, '.gsys');
  const definition = await cached(files, path.join(home, 'cache', 'definition.json'), async () => {
    // The YAML parser and the schemas take 40 ms to load: only a definition that changed waits for them.
    const { parseDefinition } = await import('./parse.ts');
    return parseDefinition(files);
  });
  return resolveFleet(files.root, definition, options);
}

function readFiles(file: string): DefinitionFiles {
  const root = path.dirname(file);
  const services = serviceFolders(root).map((name) => {
    const relative = path.join('services', name, 'service.yaml');
    return { name, file: relative, text: readText(path.join(root, relative)) };
  });
  return { root, fleet: { file: path.basename(file), text: readText(file) }, services };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GsysError('INVALID_DEFINITION', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

function findConfig(from: string): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'gsys.yaml');
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) break;
  }
  throw new GsysError(
    'INVALID_DEFINITION',
    `no gsys.yaml here (${path.resolve(from)}) or in any folder above`,
    {
      next: 'cd into the folder of your fleet, or set GSYS_CONFIG',
    },
  );
}

function serviceFolders(root: string): string[] {
  const folder = path.join(root, 'services');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(path.join(folder, name, 'service.yaml')))
    .sort();
}
