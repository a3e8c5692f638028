import { GsysError } from '../errors.ts';
import type { Definition, DefinitionFiles } from './definition.ts';
import { fleetSchema } from './fleet-schema.ts';
import { checkRules } from './rules.ts';
import { serviceSchema } from './service-schema.ts';
import { type Problem, parseBy, yamlSource } from './yaml-source.ts';

/** @throws GsysError INVALID_DEFINITION with every mistake of every file as a detail */
export function parseDefinition(files: DefinitionFiles): Definition {
  const source = yamlSource(files.fleet.file, files.fleet.text);
  const fleet = parseBy(source, fleetSchema);
  const parsed = files.services.map(({ name, file, text }) => {
    const service = yamlSource(file, text);
    return { name, source: service, ...parseBy(service, serviceSchema) };
  });
  const problems = [...fleet.problems, ...parsed.flatMap((service) => service.problems)];
  if (fleet.value === undefined) throw invalid(files.root, problems);
  const services = parsed.flatMap(({ name, source, value }) =>
    value ? [{ name, source, document: value }] : [],
  );
  problems.push(...checkRules({ source, document: fleet.value, services }));
  if (problems.length > 0) throw invalid(files.root, problems);
  return { document: fleet.value, services: services.map(({ name, document }) => ({ name, document })) };
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
