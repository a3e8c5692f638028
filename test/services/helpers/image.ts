import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type ServiceDocument, serviceSchema } from '../../../src/lib/fleet/service-schema.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export function readServiceYaml(name: string): ServiceDocument {
  return serviceSchema.parse(parse(readFileSync(path.join(ROOT, 'services', name, 'service.yaml'), 'utf8')));
}

/** The files that the image build puts beside main.js. @returns the folder */
export function writeCompanions(
  folder: string,
  name: string,
  changes: Partial<ServiceDocument> = {},
): string {
  mkdirSync(folder, { recursive: true });
  const document = { ...readServiceYaml(name), ...changes };
  writeFileSync(path.join(folder, 'service.json'), JSON.stringify({ name, ...document }));
  if (document.kind !== 'gateway') return folder;
  copyFileSync(path.join(ROOT, 'proto/descriptors.binpb'), path.join(folder, 'descriptors.binpb'));
  writeFileSync(path.join(folder, 'routes.json'), JSON.stringify(routesOf(servicesWithFolder())));
  return folder;
}

export function routesOf(services: string[]) {
  return services.flatMap((service) =>
    readServiceYaml(service).endpoints.flatMap(
      ({ route, subject, request, response, idempotent, streaming, timeout }) =>
        route
          ? [
              {
                method: 'POST',
                ...route,
                subject,
                request,
                response,
                timeoutMs: timeout * 1000,
                idempotent,
                streaming,
                service,
              },
            ]
          : [],
    ),
  );
}

function servicesWithFolder(): string[] {
  const folders = readdirSync(path.join(ROOT, 'services'), { withFileTypes: true });
  return folders
    .filter((entry) => entry.isDirectory() && !['sdk', 'gen'].includes(entry.name))
    .map(({ name }) => name);
}
