import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { BUILT_FILE } from '../release/build/built-images.ts';
import { APP_FOLDER, type ImageFile } from '../release/build/image-files.ts';

export interface RunnerSources {
  fleet: Pick<Fleet, 'root' | 'contracts' | 'services' | 'environment'>;
  /** Absolute path of the fleet's gsys.yaml. */
  definition: string;
  /** The folder of gsys's own package.json. */
  program: string;
  /** JSON of what was built on this machine. */
  built: string;
  /** Files that the command is to read, as they are named to it. */
  given: string[];
}

/** The working directory of a command that is given files: they have the same names there. */
const HERE = 'here';

/**
 * Everything that goes into gsys's own layer, sorted by path: the program, the definition as it is here, what was built
 * here of the services, and what the command is to read.
 * @throws GsysError BUILD_FAILED where gsys itself was not built, INVALID_DEFINITION
 */
export function runnerFiles({ fleet, definition, program, built, given }: RunnerSources): ImageFile[] {
  const files: Record<string, Uint8Array> = {
    // Where every image of gsys begins.
    'main.js': Buffer.from("import './dist/runner.js';\n"),
    [`home/${fleet.environment.name}/${BUILT_FILE}`]: Buffer.from(built),
    'fleet/gsys.yaml': read(definition),
  };
  for (const name of programFiles(program)) files[name] = read(path.join(program, name));
  for (const file of definitionFiles(fleet)) files[`fleet/${insideOf(fleet.root, file)}`] = read(file);
  for (const file of given) files[`${HERE}/${belowHere(file)}`] = readGiven(file);
  return Object.entries(files)
    .map(([name, bytes]) => ({ path: `${APP_FOLDER}/${name}`, bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the program needs to run: neither maps nor the embedded platform. */
function programFiles(program: string): string[] {
  try {
    const built = readdirSync(path.join(program, 'dist'), { recursive: true, encoding: 'utf8' });
    const code = built.filter((name) => name.endsWith('.js') && name !== 'supervisor.js');
    return ['package.json', 'oclif.manifest.json', ...code.map((name) => `dist/${name}`)];
  } catch (cause) {
    throw new GsysError('BUILD_FAILED', `gsys itself is not built: ${messageOf(cause)}`, {
      cause,
      next: 'npm run build',
    });
  }
}

function definitionFiles({ contracts, services }: RunnerSources['fleet']): string[] {
  const own = services.map(({ folder }) => path.join(folder, 'service.yaml'));
  return [contracts, ...own, ...new Set(services.map(({ template }) => template))];
}

function insideOf(root: string, file: string): string {
  const relative = path.relative(root, file);
  if (!relative.startsWith('..') && !path.isAbsolute(relative)) return relative;
  throw new GsysError('INVALID_DEFINITION', `${file} lies outside of the fleet's folder ${root}`, {
    next: 'move it into that folder: the image of --in-vpc holds that and nothing else',
  });
}

function belowHere(file: string): string {
  const name = path.normalize(file);
  if (!name.startsWith('..') && !path.isAbsolute(name)) return name;
  throw new GsysError('USAGE', `${file} cannot be sent into the VPC under that name`, {
    next: 'name it relative to the current folder, and below it',
  });
}

function readGiven(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GsysError('USAGE', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GsysError('INVALID_DEFINITION', `cannot read ${file}: ${messageOf(cause)}`, {
      cause,
      next: 'npm run build',
    });
  }
}
