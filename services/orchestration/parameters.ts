import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { invalid } from '../sdk/fields.ts';

/** What a parameter may be. Without a default it has to be given. */
export type ParameterRule =
  | { type: 'id'; maxBytes: number; default?: string }
  | { type: 'choice'; of: string[]; default?: string }
  | { type: 'number'; min: number; max: number; whole?: boolean; default?: number }
  | { type: 'object'; default?: JsonObject };

/** Bytes, in JSON: they are kept with the execution. */
const MAX_BYTES = 16_384;

/**
 * Every parameter of the workflow, given or by default.
 * @throws ServiceError INVALID_ARGUMENT that names the parameter
 */
export function validParameters(rules: Record<string, ParameterRule>, given: JsonObject): JsonObject {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(rules, name))
      throw invalid(
        `parameters.${name.slice(0, 64)} is none of this workflow; it has ${Object.keys(rules).join(', ')}.`,
      );
  if (Buffer.byteLength(JSON.stringify(given)) > MAX_BYTES)
    throw invalid(`parameters have more than ${MAX_BYTES} bytes.`);
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => {
      const value = Object.hasOwn(given, name) ? given[name] : rule.default;
      if (value === undefined) throw invalid(`parameters.${name} is missing.`);
      const wrong = fault(rule, value);
      if (wrong !== undefined) throw invalid(`parameters.${name} ${wrong}.`);
      return [name, value];
    }),
  );
}

function fault(rule: ParameterRule, value: JsonValue): string | undefined {
  switch (rule.type) {
    case 'id':
      return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= rule.maxBytes
        ? undefined
        : `must be a text of 1 to ${rule.maxBytes} bytes`;
    case 'choice':
      return rule.of.includes(value as string) ? undefined : `must be one of ${rule.of.join(', ')}`;
    case 'number':
      return typeof value === 'number' &&
        value >= rule.min &&
        value <= rule.max &&
        (!rule.whole || Number.isInteger(value))
        ? undefined
        : `must be a ${rule.whole ? 'whole ' : ''}number from ${rule.min} to ${rule.max}`;
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? undefined
        : 'must be an object';
  }
}
