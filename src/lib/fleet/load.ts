import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { GsysError } from '../errors.ts';
import type { Fleet } from './fleet.ts';
import { type FleetDocument, fleetSchema } from './fleet-schema.ts';
import { resolveFleet } from './resolve.ts';
import { checkRules } from './rules.ts';
import { type ServiceDocument, serviceSchema } from './service-schema.ts';
import { type Problem, parseBy, readYaml, type YamlSource } from './yaml-source.ts';

export interface LoadOptions {
  /** Path of gsys.yaml; otherwise the nearest one upwards from `from`. */
  config?: string | undefined;
  from: string;
  /** Name of the environment; otherwise the definition's default. */
  environment?: string | undefined;
  /** Folder for machine-local state; otherwise `.gsys` beside gsys.yaml. */
  home?: string | undefined;
  /** The embedded platform's slot, over the definition's. */
  slot?: string | undefined;
}

/** The parsed files, before defaults are filled in. */
export interface Definition {
  root: string;
  source: YamlSource;
  document: FleetDocument;
  services: { name: string; source: YamlSource; document: ServiceDocument }[];
}

/**
 * Reads gsys.yaml and every services/<name>/service.yaml, checks them, and resolves them for one environment.
 * @throws GsysError INVALID_DEFINITION with every mistake as a detail, UNKNOWN_ENVIRONMENT
 */
export function loadFleet(options: LoadOptions): Fleet {
  const definition = readDefinition(options);
  return resolveFleet(definition, options);
}

/** @throws GsysError INVALID_DEFINITION with every mistake of every file as a detail */
export function readDefinition(options: Pick<LoadOptions, 'config' | 'from'>): Definition {
  const file =
    options.config === undefined ? findConfig(options.from) : path.resolve(options.from, options.config);
  if (!existsSync(file)) throw new GsysError('INVALID_DEFINITION', `there is no ${file}`);
  const root = path.dirname(file);
  const source = readYaml(root, path.basename(file));
  const fleet = parseBy(source, fleetSchema);
  const parsed = serviceFolders(root).map((name) => {
    const service = readYaml(root, path.join('services', name, 'service.yaml'));
    return { name, source: service, ...parseBy(service, serviceSchema) };
  });
  const problems = [...fleet.problems, ...parsed.flatMap((service) => service.problems)];
  const services = parsed.flatMap(({ name, source, value }) =>
    value ? [{ name, source, document: value }] : [],
  );
  if (fleet.value === undefined) throw invalid(root, problems);
  const definition = { root, source, document: fleet.value, services };
  problems.push(...checkRules(definition));
  if (problems.length > 0) throw invalid(root, problems);
  return definition;
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

function invalid(root: string, problems: Problem[]): GsysError {
  const details = problems
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(({ file, line, path: at, message }) => `${file}:${line} ${at ? `${at}: ` : ''}${message}`);
  const count = details.length === 1 ? 'a mistake' : `${details.length} mistakes`;
  return new GsysError('INVALID_DEFINITION', `the definition in ${root} has ${count}`, {
    details,
    next: 'correct the lines above, then: gsys config check',
  });
}
