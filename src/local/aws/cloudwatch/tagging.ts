import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../store.ts';
import { AwsError } from '../service.ts';
import { type Tags, tagList, withoutTags, withTags } from '../tags.ts';

interface Tagged {
  name: string;
  arn: string;
  tags: Tags;
}

/** @param kinds of things that have tags: alarms, dashboards */
export function taggingOperations(kinds: Collection<Tagged>[]) {
  const find = (arn = '') => {
    for (const kind of kinds) {
      const resource = kind.values().find((it) => it.arn === arn);
      if (resource) return { kind, resource };
    }
    throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`, 404);
  };
  return {
    async TagResource({ ResourceARN, Tags }: TagResourceInput): Promise<object> {
      const { kind, resource } = find(ResourceARN);
      const tags = withTags(resource.tags, Tags, 'InvalidParameterValueException');
      await kind.put(resource.name, { ...resource, tags });
      return {};
    },
    async UntagResource({ ResourceARN, TagKeys }: UntagResourceInput): Promise<object> {
      const { kind, resource } = find(ResourceARN);
      await kind.put(resource.name, { ...resource, tags: withoutTags(resource.tags, TagKeys) });
      return {};
    },
    ListTagsForResource: ({ ResourceARN }: ListTagsForResourceInput): ListTagsForResourceOutput => ({
      Tags: tagList(find(ResourceARN).resource.tags),
    }),
  };
}
