import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';

/** Bytes. */
const MAX_TEXT = 128;
const MOST_IN_A_LIST = 20;

/** Reads a JSON object key by key; what is of another type is INVALID_ARGUMENT, and named. */
export interface Fields {
  /** Within the bounds. */
  number(key: string, otherwise: number, least: number, most: number): number;
  /** It has to be there where there is no other. */
  text(key: string, otherwise?: string): string;
  flag(key: string): boolean;
  texts(key: string): string[];
  objects(key: string): Fields[];
  /** Numbers by name, each within the bounds; sorted by name. */
  numbers(key: string, least: number, most: number): Map<string, number>;
}

export function fieldsOf(name: string, object: JsonObject): Fields {
  const at = (key: string) => `${name}.${key}`;
  const list = (key: string) => {
    const value = object[key] ?? [];
    if (Array.isArray(value) && value.length <= MOST_IN_A_LIST) return value;
    throw invalid(`${at(key)} must be a list of ${MOST_IN_A_LIST} at most.`);
  };
  return {
    number: (key, otherwise, least, most) =>
      object[key] === undefined ? otherwise : numberOf(at(key), object[key], least, most),
    text: (key, otherwise) => textOf(at(key), object[key] ?? otherwise),
    flag: (key) => {
      const value = object[key] ?? false;
      if (typeof value === 'boolean') return value;
      throw invalid(`${at(key)} must be true or false.`);
    },
    texts: (key) => list(key).map((one, i) => textOf(`${at(key)}[${i}]`, one)),
    objects: (key) =>
      list(key).map((one, i) => fieldsOf(`${at(key)}[${i}]`, objectOf(`${at(key)}[${i}]`, one))),
    numbers: (key, least, most) => {
      const entries = Object.entries(objectOf(at(key), object[key] ?? {}));
      if (entries.length > MOST_IN_A_LIST) throw invalid(`${at(key)} are more than ${MOST_IN_A_LIST}.`);
      return new Map(
        entries
          .map(([one, value]): [string, number] => [
            textOf(`A name in ${at(key)}`, one),
            numberOf(`${at(key)}.${one}`, value, least, most),
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
  };
}

function numberOf(field: string, value: JsonValue | undefined, least: number, most: number): number {
  // Written so that NaN, which protobuf can carry, is outside of every range.
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(`${field} must be a number between ${least} and ${most}.`);
}

function textOf(field: string, value: JsonValue | undefined): string {
  if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TEXT) return value;
  throw invalid(`${field} must be a text of 1 to ${MAX_TEXT} bytes.`);
}

function objectOf(field: string, value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalid(`${field} must be an object.`);
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
