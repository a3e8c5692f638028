import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { definitionOf, inventoryOf, routesOf } from '../../../src/lib/release/build/image-files.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const { services } = await loadFleet({ from: ROOT });

export function serviceOf(name: string): Service {
  const found = services.find((service) => service.name === name);
  if (!found) throw new Error(`the definition has no ${name}`);
  return found;
}

/** The files that the image build puts beside main.js. @returns the folder */
export function writeCompanions(folder: string, name: string, changes: Partial<Service> = {}): string {
  return writeCompanionsOf(folder, { ...serviceOf(name), ...changes }, services);
}

/** @param services the fleet: whom it may call */
export function writeCompanionsOf(folder: string, service: Service, services: Service[]): string {
  const put = (file: string, value: unknown) => writeFileSync(path.join(folder, file), JSON.stringify(value));
  mkdirSync(folder, { recursive: true });
  put('service.json', definitionOf(services, service));
  if (service.discovers) put('fleet.json', inventoryOf(services));
  const isGateway = service.kind === 'gateway';
  if (isGateway) put('routes.json', routesOf(services));
  if (isGateway || service.contracts)
    copyFileSync(path.join(ROOT, 'proto/descriptors.binpb'), path.join(folder, 'descriptors.binpb'));
  return folder;
}
