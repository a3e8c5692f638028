import type { JsonObject } from '@bufbuild/protobuf';
import { type GenerateRequest, StoryTypeSchema, ToneSchema } from '../gen/story_teller_pb.js';
import { enumOf, invalid, listOf, within } from '../sdk/fields.ts';
import { assertKeys, fieldsOf } from '../sdk/json-fields.ts';
import type { Wanted } from './checkpoint.ts';
import { CASTS, type Cast, LONGEST_NAME } from './words.ts';

/** Bytes. */
const MAX_NAME = 64;
const MAX_THEMES = 5;
const DEFAULT_MIN = 80;
const MOST_MIN = 200;
const LEAST_MAX = 80;
const MOST_MAX = 400;
const DEFAULT_MAX = 200;
/** Words between the bounds of a chapter: less than a sentence of room cannot be kept to. */
const LEAST_ROOM = 30;

/** @throws ServiceError INVALID_ARGUMENT */
export function wantedOf(request: GenerateRequest): Wanted {
  const { storyType, tone, themes } = request;
  return {
    type: enumOf('story_type', StoryTypeSchema, storyType),
    tone: tone === undefined ? undefined : enumOf('tone', ToneSchema, tone),
    themes: themesOf(themes),
    cast: castFrom(request.context, []),
    ...lengthOf(request),
  };
}

/**
 * The cast that a context names.
 * @param others keys that it may have besides
 * @throws ServiceError INVALID_ARGUMENT
 */
export function castFrom(context: JsonObject = {}, others: string[]): Partial<Cast> {
  const roles = Object.keys(CASTS);
  assertKeys('context', context, [...roles, ...others]);
  const named = Object.entries(context).filter(([key]) => roles.includes(key));
  return Object.fromEntries(named.map(([role, name]) => [role, nameFrom(name, `context.${role}`)]));
}

/** 0 to 1; a half where nobody says it. */
export function stakesFrom(context: JsonObject = {}): number {
  return fieldsOf('context', context).number('stakes', 0, 1) ?? 0.5;
}

function themesOf(themes: string[]): string[] {
  for (const theme of listOf('themes', themes, MAX_THEMES))
    if (!/^\p{L}{1,32}$/u.test(theme)) throw invalid('themes must be words of 32 letters at most.');
  return [...new Set(themes.map((theme) => theme.toLowerCase()))];
}

function nameFrom(value: unknown, field: string): string {
  const text = typeof value === 'string' ? value.trim().replace(/\s+/g, ' ') : '';
  const words = text === '' ? 0 : text.split(' ').length;
  // A brace would be read as somebody else's name.
  if (words >= 1 && words <= LONGEST_NAME && Buffer.byteLength(text) <= MAX_NAME && !/[{}]/.test(text))
    return text;
  throw invalid(`${field} must be a name of 1 to ${LONGEST_NAME} words and ${MAX_NAME} bytes.`);
}

function lengthOf({ minLength, maxLength }: GenerateRequest): { min: number; max: number } {
  const min = minLength || Math.min(DEFAULT_MIN, (maxLength || DEFAULT_MAX) - LEAST_ROOM);
  const max = maxLength || Math.max(DEFAULT_MAX, min + LEAST_ROOM);
  // First, because the one that is not given follows from the other.
  within('max_length', max, LEAST_MAX, MOST_MAX);
  within('min_length', min, 0, MOST_MIN);
  if (max - min < LEAST_ROOM)
    throw invalid(`max_length must be ${LEAST_ROOM} more than min_length at least.`);
  return { min, max };
}
