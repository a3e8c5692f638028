import { readFileSync, statSync } from 'node:fs';
import {
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { GsysError } from '../errors.ts';
import type { Fleet } from './fleet.ts';

/** JSON to protobuf and back, by the descriptors that buf built from proto/. */
export interface Contracts {
  /** @throws GsysError INVALID_DEFINITION when the type is unknown or the JSON does not fit it */
  encode(type: string, json: unknown): Uint8Array;
  /** @throws Error when the bytes are not that message */
  decode(type: string, bytes: Uint8Array): Record<string, unknown>;
  has(type: string): boolean;
}

/** The registries of files, as they were: several parts of one command need the same, and it takes 50 ms to make. */
const known = new Map<string, { written: number; registry: FileRegistry }>();

/** @throws GsysError INVALID_DEFINITION when the file is missing or no FileDescriptorSet */
export function loadContracts(file: string): Contracts {
  const registry = knownRegistry(file);
  const message = (type: string): DescMessage => {
    const found = registry.getMessage(type);
    if (found === undefined)
      throw new GsysError('INVALID_DEFINITION', `${file} has no message ${type}`, { next: REBUILD });
    return found;
  };
  return {
    has: (type) => registry.getMessage(type) !== undefined,
    encode: (type, json) => toBinary(message(type), fromJson(message(type), json as never, { registry })),
    decode: (type, bytes) =>
      toJson(message(type), fromBinary(message(type), bytes), {
        registry,
        alwaysEmitImplicit: true,
      }) as Record<string, unknown>,
  };
}

/** Does every endpoint name messages that exist, and every probe a request that fits? All mistakes at once. */
export function checkContracts(fleet: Fleet): void {
  const contracts = loadContracts(fleet.contracts);
  const details = fleet.services.flatMap((service) => {
    const types = service.endpoints.flatMap(({ request, response }) => [request, response]);
    const missing = types.filter((type) => !contracts.has(type)).map((type) => `there is no message ${type}`);
    const probed = service.endpoints.find(({ name }) => name === service.probe?.endpoint);
    const unfit =
      probed && contracts.has(probed.request)
        ? misfit(contracts, probed.request, service.probe?.request)
        : [];
    return [...missing, ...unfit].map((mistake) => `services/${service.name}/service.yaml: ${mistake}`);
  });
  if (details.length > 0) {
    throw new GsysError('INVALID_DEFINITION', 'service.yaml files and contracts do not agree', {
      details,
      next: REBUILD,
    });
  }
}

const REBUILD = 'correct the definition or proto/, then: npm run build';

function misfit(contracts: Contracts, type: string, request: unknown): string[] {
  try {
    contracts.encode(type, request);
    return [];
  } catch (error) {
    return [`probe.request: ${(error as Error).message}`];
  }
}

/** Read once, and again when it was written since. */
function knownRegistry(file: string): FileRegistry {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const had = known.get(file);
  if (had !== undefined && had.written === written) return had.registry;
  const registry = readRegistry(file);
  if (written !== undefined) known.set(file, { written, registry });
  return registry;
}

function readRegistry(file: string): FileRegistry {
  try {
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(file)));
  } catch (cause) {
    throw new GsysError(
      'INVALID_DEFINITION',
      `cannot read the contracts in ${file}: ${(cause as Error).message}`,
      {
        cause,
        next: 'npm run build',
      },
    );
  }
}
