import { readFileSync } from 'node:fs';
import { GsysError, messageOf } from '../../errors.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { subjectMatches } from '../../fleet/subjects.ts';
import type { Bundle } from './bundle.ts';

export interface ImageFile {
  /** Inside the image, without the leading slash. */
  path: string;
  bytes: Uint8Array;
}

/** Where the application lies in the image, and its working directory. */
export const APP_FOLDER = 'app';

/** Everything that goes into a service's own layer, sorted by path. */
export function imageFiles(fleet: Fleet, service: Service, { main, health }: Bundle): ImageFile[] {
  const bundle = [
    { path: MAIN, bytes: main },
    { path: HEALTH, bytes: health },
  ];
  return [...bundle, ...companionFiles(fleet, service)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const MAIN = `${APP_FOLDER}/main.js`;
export const HEALTH = `${APP_FOLDER}/health.js`;

/** What lies beside the code: what the definition and the contracts say. */
export function companionFiles(fleet: Fleet, service: Service): ImageFile[] {
  const files: Record<string, Uint8Array> = {
    'package.json': json({ type: 'module' }),
    'service.json': json(definitionOf(fleet.services, service)),
  };
  const isGateway = service.kind === 'gateway';
  if (isGateway) files['routes.json'] = json(routesOf(fleet.services));
  if (isGateway || service.contracts) files['descriptors.binpb'] = readContracts(fleet.contracts);
  if (service.discovers) files['fleet.json'] = json(inventoryOf(fleet.services));
  return Object.entries(files).map(([name, bytes]) => ({ path: `${APP_FOLDER}/${name}`, bytes }));
}

/**
 * What the service itself reads of its service.yaml; resources and probes change nothing inside an image. Of those whom
 * it calls it gets what their contracts say, so that no caller repeats a timeout.
 */
export function definitionOf(services: Service[], service: Service) {
  const { name, purpose, queueGroup, endpoints, publishes, consumes, state } = service;
  return {
    name,
    purpose,
    queueGroup,
    endpoints,
    calls: callsOf(services, service),
    publishes,
    consumes,
    state,
  };
}

function callsOf(services: Service[], { calls }: Service) {
  return services
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ subject }) => calls.some((call) => subjectMatches(call, subject)))
    .map(({ subject, request, response, idempotent, streaming, timeout }) => {
      return { subject, request, response, idempotent, streaming, timeout };
    });
}

/** The gateway's routes: of every endpoint that has one. */
export function routesOf(services: Service[]) {
  return services.flatMap((service) =>
    service.endpoints.flatMap(({ subject, request, response, timeout, idempotent, streaming, route }) =>
      route === undefined
        ? []
        : [
            {
              method: 'POST',
              path: route.path,
              aliases: route.aliases,
              ...(route.when !== undefined && { when: route.when }),
              ...{ subject, request, response, idempotent, streaming },
              timeoutMs: Math.round(timeout * 1000),
              auth: route.auth,
              service: service.name,
            },
          ],
    ),
  );
}

/** Who should be there, for a service that looks at the others: counts and sizes would change its image too often. */
export function inventoryOf(services: Service[]) {
  return services.map(({ name, desired, endpoints }) => ({
    name,
    expected: desired > 0,
    endpoints: endpoints.map((endpoint) => ({ name: endpoint.name, subject: endpoint.subject })),
  }));
}

function readContracts(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new GsysError('INVALID_DEFINITION', `cannot read the contracts: ${messageOf(cause)}`, {
      cause,
      next: 'npm run build',
    });
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}
