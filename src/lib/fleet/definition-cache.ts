import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Definition, DefinitionFiles } from './definition.ts';

/**
 * A checked definition is kept beside the texts it came from, so that commands start without a YAML parser. The
 * entry names this module too: in a bundle its name changes with whatever it imports. Sources have no such name
 * and are never cached. A cache that cannot be read or written is as good as none.
 */
export async function cached(
  files: DefinitionFiles,
  cacheFile: string,
  parse: () => Promise<Definition>,
): Promise<Definition> {
  if (import.meta.url.endsWith('.ts')) return parse();
  const source = sourceOf(files);
  const found = read(cacheFile, source);
  if (found !== undefined) return found;
  const definition = await parse();
  write(cacheFile, { source, definition });
  return definition;
}

/** The texts themselves: comparing them is cheaper than loading what hashes them. */
function sourceOf(files: DefinitionFiles): string {
  const texts = [files.fleet, ...files.services].map(({ file, text }) => [file, text]);
  return JSON.stringify([import.meta.url, texts]);
}

function read(file: string, source: string): Definition | undefined {
  try {
    const entry = JSON.parse(readFileSync(file, 'utf8')) as { source: string; definition: Definition };
    return entry.source === source ? entry.definition : undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, entry: { source: string; definition: Definition }): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(entry), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // A full disk or a read-only folder costs the next command 40 ms, nothing else.
  }
}
