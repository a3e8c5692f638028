import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  type Message,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** Messages of other services by name: workflows say in JSON what is asked. */
export interface Contracts {
  /** @throws Error when there is no such message */
  message(type: string): DescMessage;
  /** @throws Error when the JSON does not fit */
  fromJson(schema: DescMessage, json: JsonObject): Message;
  /** With fields that are zero, so that steps can refer to them; without `meta`. */
  toJson(schema: DescMessage, message: Message): JsonObject;
}

/** @param folder where the image build has put the descriptors of all contracts */
export function readContracts(folder: string): Contracts {
  const bytes = readFileSync(path.join(folder, 'descriptors.binpb'));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
  return {
    message: (type) => {
      const found = registry.getMessage(type);
      if (!found) throw new Error(`There is no message ${type} in the contracts.`);
      return found;
    },
    fromJson: (schema, json) => fromJson(schema, json, { registry }),
    toJson: (schema, message) => {
      const { meta: _, ...json } = toJson(schema, message, {
        registry,
        alwaysEmitImplicit: true,
      }) as JsonObject;
      return json;
    },
  };
}
