import type { NormalizedSchema } from '@smithy/core/schema';

/**
 * The codecs let anything through; this finds what AWS would have refused before the service saw it:
 * required members that are missing, and values of the wrong type.
 * @returns one sentence per mistake, in AWS's words
 */
export function inputMistakes(schema: NormalizedSchema, input: unknown): string[] {
  const mistakes: string[] = [];
  check(schema, input, '', mistakes);
  return mistakes;
}

function check(schema: NormalizedSchema, value: unknown, at: string, mistakes: string[]): void {
  const wrong = (expected: string) => mistakes.push(`Value at '${at}' must be ${expected}`);
  if (schema.isStructSchema()) {
    if (!isObject(value)) wrong('a structure');
    else checkStruct(schema, value, at, mistakes);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) wrong('a list');
    else
      value.forEach(
        (item, i) => void check(schema.getValueSchema(), item, `${at}.${i + 1}.member`, mistakes),
      );
  } else if (schema.isMapSchema()) {
    if (!isObject(value)) wrong('a map');
    else
      for (const [key, item] of Object.entries(value))
        check(schema.getValueSchema(), item, `${at}.${key}`, mistakes);
  } else if (schema.isStringSchema()) {
    if (typeof value !== 'string' && !(value instanceof String)) wrong('a string');
  } else if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') wrong('a boolean');
  } else if (schema.isNumericSchema()) {
    if (typeof value !== 'number') wrong('a number');
  } else if (schema.isTimestampSchema()) {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) wrong('a timestamp');
  } else if (schema.isBlobSchema()) {
    if (!(value instanceof Uint8Array)) wrong('bytes in base64');
  }
}

function checkStruct(
  schema: NormalizedSchema,
  value: Record<string, unknown>,
  at: string,
  mistakes: string[],
): void {
  const required = requiredCount(schema);
  let i = 0;
  for (const [name, member] of schema.structIterator()) {
    const path = at === '' ? decapitalised(name) : `${at}.${decapitalised(name)}`;
    if (value[name] != null) check(member, value[name], path, mistakes);
    else if (i < required)
      mistakes.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
    i++;
  }
}

/** A static structure is `[3, namespace, name, traits, names, schemas, required]`, required members first. */
function requiredCount(schema: NormalizedSchema): number {
  const raw: unknown = schema.getSchema();
  const count: unknown = Array.isArray(raw) ? raw[6] : 0;
  return typeof count === 'number' ? count : 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function decapitalised(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
