import type { DescField, DescMessage } from '@bufbuild/protobuf';

/**
 * The first field of a JSON object that its message does not have: `settings[2].valu`. The JSON parser finds it
 * as well, but names the field without its place.
 */
export function unknownField(schema: DescMessage, json: unknown): string | undefined {
  // Well-known types (Value, Struct, Timestamp …) have a JSON form of their own, in which fields are data.
  if (schema.typeName.startsWith('google.protobuf.') || !isObject(json)) return undefined;
  for (const [name, value] of Object.entries(json)) {
    const field = schema.fields.find((known) => known.jsonName === name || known.name === name);
    if (!field) return name;
    const inside = unknownInside(field, value);
    if (inside !== undefined) return `${name}${inside}`;
  }
  return undefined;
}

/** @returns the path from the field on, beginning with `.` or `[` */
function unknownInside(field: DescField, value: unknown): string | undefined {
  if (!field.message) return undefined;
  if (field.fieldKind === 'list') return among(field.message, Array.isArray(value) ? value.entries() : []);
  if (field.fieldKind === 'map') return among(field.message, isObject(value) ? Object.entries(value) : []);
  const inside = unknownField(field.message, value);
  return inside === undefined ? undefined : `.${inside}`;
}

function among(schema: DescMessage, entries: Iterable<[string | number, unknown]>): string | undefined {
  for (const [key, element] of entries) {
    const inside = unknownField(schema, element);
    if (inside !== undefined) return `[${key}].${inside}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
