import type { NormalizedSchema } from '@smithy/core/schema';

/** How simple values are written: JSON has types of its own, XML is text. */
type Dialect = 'json' | 'xml';

/** @returns one sentence per member that is missing, unknown or of another type than the schema says */
export function shapeMistakes(
  schema: NormalizedSchema,
  value: unknown,
  dialect: Dialect,
  at = 'answer',
): string[] {
  if (schema.isStructSchema()) return structMistakes(schema, value, dialect, at);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, i) => shapeMistakes(schema.getValueSchema(), item, dialect, `${at}[${i}]`));
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) return [`${at} is no map`];
    return Object.entries(value).flatMap(([key, item]) =>
      shapeMistakes(schema.getValueSchema(), item, dialect, `${at}.${key}`),
    );
  }
  return isWritten(schema, value, dialect)
    ? []
    : [`${at} is ${JSON.stringify(value)}, not ${kindOf(schema)}`];
}

function structMistakes(schema: NormalizedSchema, value: unknown, dialect: Dialect, at: string): string[] {
  if (!isObject(value)) return [`${at} is no structure`];
  const members = new Map(schema.structIterator());
  const unknown = Object.keys(value).filter((name) => !members.has(name));
  const required = [...members.keys()].slice(0, requiredCount(schema));
  return [
    ...unknown.map((name) => `${at}.${name} is unknown to the SDK`),
    ...required.filter((name) => value[name] === undefined).map((name) => `${at}.${name} is missing`),
    ...[...members]
      .filter(([name]) => value[name] !== undefined)
      .flatMap(([name, member]) => shapeMistakes(member, value[name], dialect, `${at}.${name}`)),
  ];
}

/** A static structure is `[3, namespace, name, traits, names, schemas, required]`, required members first. */
function requiredCount(schema: NormalizedSchema): number {
  const raw: unknown = schema.getSchema();
  const count: unknown = Array.isArray(raw) ? raw[6] : 0;
  return typeof count === 'number' ? count : 0;
}

/** Seconds since the epoch; milliseconds by mistake would be far beyond. */
const TIMES = { from: Date.UTC(2015) / 1000, to: Date.UTC(2100) / 1000 };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function isWritten(schema: NormalizedSchema, value: unknown, dialect: Dialect): boolean {
  const json = dialect === 'json';
  if (schema.isTimestampSchema())
    return json
      ? Number(value) >= TIMES.from && Number(value) <= TIMES.to && typeof value === 'number'
      : ISO.test(String(value));
  if (schema.isNumericSchema())
    return json ? typeof value === 'number' : value !== '' && Number.isFinite(Number(value));
  if (schema.isBooleanSchema())
    return json ? typeof value === 'boolean' : value === 'true' || value === 'false';
  if (schema.isBlobSchema()) return BASE64.test(String(value));
  return typeof value === 'string';
}

function kindOf(schema: NormalizedSchema): string {
  if (schema.isTimestampSchema()) return 'a time';
  if (schema.isNumericSchema()) return 'a number';
  if (schema.isBooleanSchema()) return 'a boolean';
  return schema.isBlobSchema() ? 'bytes in base64' : 'a string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
