import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

const REFERENCE = /\{\{([a-z_]+(?:\.[A-Za-z0-9_]+)+)\}\}/g;

/** What references stand for: `parameters`, `steps`, `execution`. */
export type Scope = Record<string, JsonObject>;

/** A reference to something that is not there. */
export class Missing extends Error {
  override readonly name = 'Missing';
  constructor(reference: string) {
    super(`There is no ${reference}.`);
  }
}

/** @throws Missing */
export function fill<T extends JsonValue>(template: T, scope: Scope): T {
  return map(template, (text) => {
    const [whole] = text.matchAll(REFERENCE);
    if (whole && whole[0] === text) return lookUp(whole[1] ?? '', scope);
    return text.replace(REFERENCE, (_, reference: string) => asText(lookUp(reference, scope)));
  }) as T;
}

/** Every reference of a template: `parameters.player_id`. */
export function references(template: JsonValue): string[] {
  const found: string[] = [];
  map(template, (text) => {
    for (const [, reference = ''] of text.matchAll(REFERENCE)) found.push(reference);
    return text;
  });
  return found;
}

function map(value: JsonValue, change: (text: string) => JsonValue): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => map(element, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, map(inside, change)]));
}

function lookUp(reference: string, scope: Scope): JsonValue {
  let value: JsonValue | undefined = scope;
  for (const name of reference.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      throw new Missing(reference);
    value = (value as JsonObject)[name];
  }
  if (value === undefined) throw new Missing(reference);
  return value;
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
