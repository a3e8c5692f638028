import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { type DefinitionFolder, definitionFolder, REPOSITORY } from './definition.ts';

/**
 * A fleet of settings and gateway alone, with their code, in a folder of its own, to be changed at will.
 * @param more services of the repository besides
 */
export function fleetFolder(more: string[] = []): DefinitionFolder {
  const definition = definitionFolder();
  const place = (name: string) => [path.join(REPOSITORY, name), path.join(definition.root, name)] as const;
  for (const name of ['sdk', 'gen', 'settings', 'gateway', ...more])
    cpSync(...place(path.join('services', name)), { recursive: true });
  for (const name of ['proto', 'node_modules']) symlinkSync(...place(name));
  // No auth service, so nobody could say who asks.
  const [settings] = place('services/settings/service.yaml');
  const contract = readFileSync(settings, 'utf8').replaceAll('auth: session', 'auth: none');
  definition.write('services/settings/service.yaml', contract);
  return definition;
}
