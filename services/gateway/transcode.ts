import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { JsonObject } from './body.ts';
import { badRequest } from './failure.ts';
import { unknownField } from './unknown-field.ts';

/** JSON to protobuf and back, by the descriptors of all contracts: the gateway knows no message by name. */
export interface Transcoder {
  has(type: string): boolean;
  /** @throws Failure 400 with the path of what does not fit */
  encode(type: string, json: JsonObject): Uint8Array;
  decode(type: string, bytes: Uint8Array): JsonObject;
  /** The JSON name of a field that may be named as in the proto file. */
  jsonName(type: string, field: string): string;
}

export function readContracts(folder: string): FileRegistry {
  const bytes = readFileSync(path.join(folder, 'descriptors.binpb'));
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
}

export function createTranscoder(registry: FileRegistry): Transcoder {
  const message = (type: string): DescMessage => {
    const found = registry.getMessage(type);
    if (!found) throw new Error(`There is no message ${type} in the contracts.`);
    return found;
  };
  return {
    has: (type) => registry.getMessage(type) !== undefined,
    encode: (type, json) => {
      const schema = message(type);
      try {
        return toBinary(schema, fromJson(schema, json as JsonValue, { registry }));
      } catch (cause) {
        const unknown = unknownField(schema, json);
        if (unknown) throw badRequest(`${type} has no field ${unknown}.`, { details: { field: unknown } });
        throw badRequest((cause as Error).message, { cause });
      }
    },
    decode: (type, data) => {
      const schema = message(type);
      return toJson(schema, fromBinary(schema, data), { registry }) as JsonObject;
    },
    jsonName: (type, name) =>
      message(type).fields.find((field) => field.name === name || field.jsonName === name)?.jsonName ?? name,
  };
}
