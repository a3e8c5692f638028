import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { JsonObject } from '../body.ts';
import { commentOf } from './comments.ts';

/** These and what they are made of, each once, in the order of their names. */
export function messagesIn(roots: DescMessage[]): DescMessage[] {
  const found = new Map<string, DescMessage>();
  const visit = (message: DescMessage) => {
    if (found.has(message.typeName) || WELL_KNOWN[message.typeName]) return;
    found.set(message.typeName, message);
    for (const { message: inside } of message.fields) if (inside) visit(inside);
  };
  roots.forEach(visit);
  return [...found.values()].sort((a, b) => a.typeName.localeCompare(b.typeName));
}

/** A message in its JSON form: https://protobuf.dev/programming-guides/json/ */
export function messageSchema(message: DescMessage): JsonObject {
  const description = commentOf(message);
  return {
    type: 'object',
    ...(description && { description }),
    properties: Object.fromEntries(message.fields.map((field) => [field.jsonName, fieldSchema(field)])),
    additionalProperties: false,
  };
}

function fieldSchema(field: DescField): JsonObject {
  const choice = field.oneof && `One of: ${field.oneof.fields.map(({ jsonName }) => jsonName).join(', ')}.`;
  const description = [commentOf(field), choice].filter(Boolean).join(' ');
  const schema = valueSchema(field);
  if (description === '') return schema;
  // Beside a reference too: since 3.1 that is allowed.
  return { ...schema, description };
}

function valueSchema(field: DescField): JsonObject {
  if (field.fieldKind === 'list') return { type: 'array', items: elementSchema(field) };
  if (field.fieldKind === 'map') return { type: 'object', additionalProperties: elementSchema(field) };
  return elementSchema(field);
}

function elementSchema({ message, enum: names, scalar }: DescField): JsonObject {
  if (message) return WELL_KNOWN[message.typeName] ?? { $ref: `#/components/schemas/${message.typeName}` };
  if (names) return { type: 'string', enum: names.values.map(({ name }) => name) };
  return SCALARS[scalar as ScalarType];
}

const integer = (format: string) => ({ type: 'integer', format });
/** 64 bits are more than a JSON number holds in most languages. */
const long = (format: string) => ({ type: 'string', format });
const nullable = (type: string) => ({ type: [type, 'null'] });

const SCALARS: Record<ScalarType, JsonObject> = {
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.INT64]: long('int64'),
  [ScalarType.UINT64]: long('uint64'),
  [ScalarType.INT32]: integer('int32'),
  [ScalarType.FIXED64]: long('uint64'),
  [ScalarType.FIXED32]: integer('uint32'),
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.UINT32]: integer('uint32'),
  [ScalarType.SFIXED32]: integer('int32'),
  [ScalarType.SFIXED64]: long('int64'),
  [ScalarType.SINT32]: integer('int32'),
  [ScalarType.SINT64]: long('int64'),
};

/** Types with a JSON form of their own. */
const WELL_KNOWN: Record<string, JsonObject> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?\\d+(\\.\\d+)?s$' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array' },
  'google.protobuf.Empty': { type: 'object' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Any': { type: 'object', required: ['@type'] },
  'google.protobuf.DoubleValue': nullable('number'),
  'google.protobuf.FloatValue': nullable('number'),
  'google.protobuf.Int64Value': nullable('string'),
  'google.protobuf.UInt64Value': nullable('string'),
  'google.protobuf.Int32Value': nullable('integer'),
  'google.protobuf.UInt32Value': nullable('integer'),
  'google.protobuf.BoolValue': nullable('boolean'),
  'google.protobuf.StringValue': nullable('string'),
  'google.protobuf.BytesValue': nullable('string'),
};
