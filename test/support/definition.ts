import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A definition of its own in a temporary folder, to break at will. */
export interface DefinitionFolder {
  root: string;
  write(file: string, content: string | object): void;
  remove(): void;
}

/** Starts from the repository's gsys.yaml, service.yaml files and templates. */
export function definitionFolder(): DefinitionFolder {
  const root = mkdtempSync(path.join(tmpdir(), 'gsys-definition-'));
  for (const file of [
    'gsys.yaml',
    'templates',
    ...['settings', 'gateway'].map((name) => `services/${name}/service.yaml`),
  ]) {
    cpSync(path.join(REPOSITORY, file), path.join(root, file), { recursive: true });
  }
  return {
    root,
    write(file, content) {
      const target = path.join(root, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, typeof content === 'string' ? content : stringify(content));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
