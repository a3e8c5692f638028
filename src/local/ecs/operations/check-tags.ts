import type { Tag } from '@aws-sdk/client-ecs';
import { invalidParameter } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @returns what callers may tag a resource with, values filled in */
export function checkTags(tags: Tag[] = []): Tag[] {
  if (tags.length > MAX_TAGS) throw invalidParameter(`Too many tags: a resource has at most ${MAX_TAGS}.`);
  const keys = new Set<string>();
  for (const { key = '', value = '' } of tags) {
    if (key.length < 1 || key.length > MAX_KEY || !CHARACTERS.test(key))
      throw invalidParameter(
        `Invalid tag key: it has 1 to ${MAX_KEY} letters, digits, spaces and _ . : / = + - @.`,
      );
    if (value.length > MAX_VALUE || !CHARACTERS.test(value))
      throw invalidParameter(
        `Invalid tag value: it has at most ${MAX_VALUE} letters, digits, spaces and _ . : / = + - @.`,
      );
    if (/^aws:/i.test(key))
      throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
    if (keys.has(key)) throw invalidParameter(`Duplicate tag key: ${key}.`);
    keys.add(key);
  }
  return tags.map(({ key, value = '' }) => ({ key, value }));
}
