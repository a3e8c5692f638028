import { AwsError } from './service.ts';

/** Resource tags as most services write them, kept as a plain record. */
interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const MOST_TAGS = 50;

export type Tags = Record<string, string>;

/** @param code the service's error for tags it refuses */
export function withTags(tags: Tags, added: readonly Tag[] | undefined, code: string): Tags {
  const merged = {
    ...tags,
    ...Object.fromEntries((added ?? []).map((it) => [it.Key ?? '', it.Value ?? ''])),
  };
  for (const [key, value] of Object.entries(merged))
    if (key.length < 1 || key.length > 128 || value.length > 256)
      throw new AwsError(code, 'Tag keys have 1 to 128 characters, tag values at most 256.');
  if (Object.keys(merged).length > MOST_TAGS)
    throw new AwsError(code, `A resource has at most ${MOST_TAGS} tags.`);
  return merged;
}

export function withoutTags(tags: Tags, keys: readonly string[] | undefined): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys?.includes(key)));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
