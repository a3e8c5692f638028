import type { JsonObject } from '@bufbuild/protobuf';
import { type GenerateRequest, StoryType, Tone } from '../gen/story_teller_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Kind, Voice, Wanted } from './checkpoint.ts';
import { CASTS, type Cast, LONGEST_NAME } from './words.ts';

/** Bytes. */
const MAX_ID = 128;
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
  if (storyType === StoryType.UNSPECIFIED || StoryType[storyType] === undefined)
    throw invalid('story_type must be STORY_TYPE_HEIST, _FEUD, _MYSTERY or _RESCUE.');
  if (tone !== undefined && (tone === Tone.UNSPECIFIED || Tone[tone] === undefined))
    throw invalid('tone must be TONE_GRIM, TONE_HOPEFUL or TONE_WRY, or absent.');
  return {
    type: storyType as Kind,
    tone: tone as Voice | undefined,
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
  const cast: Partial<Cast> = {};
  for (const [key, value] of Object.entries(context)) {
    if (others.includes(key)) continue;
    if (!roles.includes(key))
      throw invalid(
        `context has ${[...roles, ...others].join(', ')}, and no ${JSON.stringify(key.slice(0, MAX_NAME))}.`,
      );
    cast[key as keyof Cast] = nameFrom(value, `context.${key}`);
  }
  return cast;
}

/** 0 to 1; a half where nobody says it. */
export function stakesFrom({ stakes = 0.5 }: JsonObject = {}): number {
  if (typeof stakes === 'number' && stakes >= 0 && stakes <= 1) return stakes;
  throw invalid('context.stakes must be a number from 0 to 1.');
}

export function validId(id: string, field: string): string {
  if (id !== '' && Buffer.byteLength(id) <= MAX_ID) return id;
  throw invalid(`${field} must have 1 to ${MAX_ID} bytes.`);
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}

function themesOf(themes: string[]): string[] {
  if (themes.length > MAX_THEMES) throw invalid(`themes has more than ${MAX_THEMES}.`);
  for (const theme of themes)
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
  if (min > MOST_MIN) throw invalid(`min_length must be ${MOST_MIN} words at most.`);
  if (max < LEAST_MAX || max > MOST_MAX)
    throw invalid(`max_length must be ${LEAST_MAX} to ${MOST_MAX} words.`);
  if (max - min < LEAST_ROOM)
    throw invalid(`max_length must be ${LEAST_ROOM} more than min_length at least.`);
  return { min, max };
}
