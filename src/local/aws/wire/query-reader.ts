import type { NormalizedSchema } from '@smithy/core/schema';
import { fromBase64 } from '@smithy/core/serde';
import { AwsError } from '../service.ts';

/** The SDK writes awsQuery forms but cannot read them: `Tags.member.1.Key=a` back to `{Tags:[{Key:'a'}]}`. */
export function readQuery(schema: NormalizedSchema, form: URLSearchParams): unknown {
  return read(schema, '', { form, prefixes: prefixesOf(form) }) ?? {};
}

interface Source {
  form: URLSearchParams;
  /** Every beginning of every key, so that the end of a list is known. */
  prefixes: Set<string>;
}

/** No operation's member path comes near; a longer key only costs time. */
const LONGEST_KEY = 1024;

function prefixesOf(form: URLSearchParams): Set<string> {
  const prefixes = new Set<string>();
  for (const key of form.keys()) {
    if (key.length > LONGEST_KEY) throw new AwsError('MalformedQueryString', 'A parameter name is too long.');
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1))
      prefixes.add(key.slice(0, dot));
    prefixes.add(key);
  }
  return prefixes;
}

function read(schema: NormalizedSchema, prefix: string, source: Source): unknown {
  if (prefix !== '' && !source.prefixes.has(prefix)) return undefined;
  if (schema.isStructSchema()) return readStruct(schema, prefix, source);
  if (schema.isListSchema()) return readList(schema, prefix, source);
  if (schema.isMapSchema()) return readMap(schema, prefix, source);
  const text = source.form.get(prefix);
  return text === null ? undefined : readSimple(schema, text);
}

function readStruct(schema: NormalizedSchema, prefix: string, source: Source): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const value = read(member, join(prefix, member.getMergedTraits().xmlName ?? name), source);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function readList(schema: NormalizedSchema, prefix: string, source: Source): unknown[] {
  const member = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened;
  const items = flat ? prefix : join(prefix, String(member.getMergedTraits().xmlName ?? 'member'));
  const out: unknown[] = [];
  for (let i = 1; source.prefixes.has(`${items}.${i}`); i++) out.push(read(member, `${items}.${i}`, source));
  return out;
}

function readMap(schema: NormalizedSchema, prefix: string, source: Source): Record<string, unknown> {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? prefix : `${prefix}.entry`;
  const out: [string, unknown][] = [];
  for (let i = 1; source.prefixes.has(`${entries}.${i}`); i++) {
    const name = source.form.get(`${entries}.${i}.${key}`);
    if (name !== null) out.push([name, read(schema.getValueSchema(), `${entries}.${i}.${value}`, source)]);
  }
  return Object.fromEntries(out);
}

function readSimple(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === 'true' ? true : text === 'false' ? false : text;
  if (schema.isNumericSchema()) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isBlobSchema()) return fromBase64(text);
  return text;
}

function join(prefix: string, name: unknown): string {
  return prefix === '' ? String(name) : `${prefix}.${name}`;
}
