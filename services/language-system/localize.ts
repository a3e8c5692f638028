import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid, oneOf } from '../sdk/fields.ts';
import { CATALOGUE, type Message } from './catalogue.ts';

export interface Localized {
  text: string;
  /** It was compiled before. */
  fromCache: boolean;
}

/** A message made ready: its text for what its names stand for. */
type Compiled = (variables: JsonObject) => string;

/** Bytes. */
const MAX_STRING = 256;

/**
 * Writes messages of the catalogue. What Intl needs for a language takes longer to make than any message, so that
 * compiled messages are kept: as many as the catalogue has. It takes 8 MB at its first use, so that a message without
 * numbers does without.
 */
export function localizer(catalogue = CATALOGUE) {
  const compiled = new Map<string, Compiled>();
  /** @throws ServiceError NOT_FOUND, INVALID_ARGUMENT */
  return (contentId: string, target: string, variables: JsonObject): Localized => {
    const translations = Object.hasOwn(catalogue, contentId) ? catalogue[contentId] : undefined;
    if (!translations)
      throw new ServiceError(Code.NOT_FOUND, `There is no message ${JSON.stringify(contentId)}.`);
    const [language = ''] = target.split('-');
    oneOf('target_language', language, Object.keys(translations).sort());
    const key = `${language} ${contentId}`;
    const known = compiled.get(key);
    const write = known ?? compile(translations[language] as Message, language);
    compiled.set(key, write);
    return { text: write(variables), fromCache: known !== undefined };
  };
}

function compile(message: Message, language: string): Compiled {
  let numbers: Intl.NumberFormat | undefined;
  const format = (value: number) => {
    numbers ??= new Intl.NumberFormat(language);
    return numbers.format(value);
  };
  const writer = (text: string): Compiled => {
    // Names stand at the odd places.
    const parts = text.split(/\{(\w+)\}/);
    return (variables) =>
      parts.map((part, i) => (i % 2 === 0 ? part : textOf(variables, part, format))).join('');
  };
  if (typeof message === 'string') return writer(message);
  const { by, other, ...forms } = message;
  const plural = new Intl.PluralRules(language);
  const writers = Object.fromEntries(Object.entries(forms).map(([form, text]) => [form, writer(text)]));
  const otherwise = writer(other);
  return (variables) => {
    const count = variables[by];
    if (typeof count !== 'number') throw invalid(`variables.${by} must be a number.`);
    return (writers[plural.select(count)] ?? otherwise)(variables);
  };
}

function textOf(variables: JsonObject, name: string, format: (value: number) => string): string {
  const value: JsonValue | undefined = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value === undefined) throw invalid(`variables.${name} is missing.`);
  if (typeof value === 'number' && Number.isFinite(value)) return format(value);
  if (typeof value === 'string' && Buffer.byteLength(value) <= MAX_STRING) return value;
  throw invalid(`variables.${name} must be a number or a string of ${MAX_STRING} bytes at most.`);
}
