import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Definition, DefinitionFiles } from './definition.ts';

/**
 * A checked definition is kept by the hash of its files, so that commands start without a YAML parser. The
 * key holds this module's own name too: in a bundle it changes with whatever it imports. Sources have no
 * such name and are never cached. A cache that cannot be read or written is as good as none.
 */
export async function cached(
  files: DefinitionFiles,
  cacheFile: string,
  parse: () => Promise<Definition>,
): Promise<Definition> {
  if (import.meta.url.endsWith('.ts')) return parse();
  const key = keyOf(files);
  const found = read(cacheFile, key);
  if (found !== undefined) return found;
  const definition = await parse();
  write(cacheFile, { key, definition });
  return definition;
}

function keyOf(files: DefinitionFiles): string {
  const hash = createHash('sha256').update(import.meta.url);
  for (const { file, text } of [files.fleet, ...files.services]) hash.update(`\0${file}\0${text}`);
  return hash.digest('hex');
}

function read(file: string, key: string): Definition | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, 'utf8')) as { key: string; definition: Definition };
    return entry.key === key ? entry.definition : undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, entry: { key: string; definition: Definition }): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // A full disk or a read-only folder costs the next command 40 ms, nothing else.
  }
}
