import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** A JSON merge patch: keys that it gives replace, null removes. https://www.rfc-editor.org/rfc/rfc7396 */
export function patched(current: JsonValue | undefined, patch: JsonValue): JsonValue {
  return isObject(patch) ? patchedObject(isObject(current) ? current : {}, patch) : patch;
}

export function patchedObject(current: JsonObject, patch: JsonObject): JsonObject {
  const result = new Map(Object.entries(current));
  for (const [key, value] of Object.entries(patch))
    if (value === null) result.delete(key);
    else result.set(key, patched(result.get(key), value));
  // Not by assignment: `__proto__` is a key like others.
  return Object.fromEntries(result);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
