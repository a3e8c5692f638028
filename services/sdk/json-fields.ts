import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { invalid, listOf } from './fields.ts';

/**
 * Reads a JSON object key by key. What is absent is undefined; what is of another type is INVALID_ARGUMENT, and named.
 */
export interface Fields {
  number(key: string, least: number, most: number): number | undefined;
  whole(key: string, least: number, most: number): number | undefined;
  /** 1 to 128 bytes. */
  text(key: string): string | undefined;
  /** A text that has to be there. */
  required(key: string): string;
  flag(key: string): boolean | undefined;
  texts(key: string, most: number): string[];
  objects(key: string, most: number): Fields[];
  /** Numbers by name, each within the bounds; sorted by name. */
  numbers(key: string, most: number, bounds: [least: number, most: number]): Map<string, number>;
}

const MAX_TEXT = 128;

/** @param known all that there may be; absent: others are not looked at */
export function fieldsOf(name: string, object: JsonObject, known?: string[]): Fields {
  if (known) assertKeys(name, object, known);
  const at = (key: string) => `${name}.${key}`;
  const there = <T>(key: string, read: (field: string, value: JsonValue) => T): T | undefined => {
    // Not what every object has: `toString`.
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return value === undefined ? undefined : read(at(key), value);
  };
  const list = (key: string, most: number) =>
    there(key, (field, value) => entriesOf(field, value, most)) ?? [];
  return {
    number: (key, least, most) => there(key, (field, value) => numberOf(field, value, least, most)),
    whole: (key, least, most) => there(key, (field, value) => wholeOf(field, value, least, most)),
    text: (key) => there(key, wordOf),
    required: (key) => there(key, wordOf) ?? missing(at(key)),
    flag: (key) => there(key, flagOf),
    texts: (key, most) => list(key, most).map((one, i) => wordOf(`${at(key)}[${i}]`, one)),
    objects: (key, most) =>
      list(key, most).map((one, i) => fieldsOf(`${at(key)}[${i}]`, objectOf(`${at(key)}[${i}]`, one))),
    numbers: (key, most, [lower, upper]) => {
      const entries = Object.entries(there(key, objectOf) ?? {});
      return new Map(
        listOf(at(key), entries, most)
          .map(([one, value]): [string, number] => [
            wordOf(`A key of ${at(key)}`, one),
            numberOf(`${at(key)}.${one}`, value, lower, upper),
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
  };
}

/** @throws ServiceError INVALID_ARGUMENT, as all of these */
export function assertKeys(name: string, object: JsonObject, known: string[]): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined)
    throw invalid(`${name} has ${known.join(', ')}, and no ${JSON.stringify(other.slice(0, 64))}.`);
}

export function numberOf(field: string, value: JsonValue, least: number, most: number): number {
  // Written so that NaN, which protobuf can carry, is outside of every range.
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalid(`${field} must be a number between ${least} and ${most}.`);
}

function wholeOf(field: string, value: JsonValue, least: number, most: number): number {
  if (Number.isInteger(numberOf(field, value, least, most))) return value as number;
  throw invalid(`${field} must be a whole number.`);
}

function wordOf(field: string, value: JsonValue): string {
  if (typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= MAX_TEXT) return value;
  throw invalid(`${field} must be a text of 1 to ${MAX_TEXT} bytes.`);
}

function missing(field: string): never {
  throw invalid(`${field} is missing.`);
}

function flagOf(field: string, value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(`${field} must be true or false.`);
}

function entriesOf(field: string, value: JsonValue, most: number): JsonValue[] {
  if (Array.isArray(value)) return listOf(field, value, most);
  throw invalid(`${field} must be a list.`);
}

function objectOf(field: string, value: JsonValue): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalid(`${field} must be an object.`);
}
