import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../service.ts';
import { type Tags, withoutTags, withTags } from '../tags.ts';
import { type Archive, groupOf } from './archive.ts';
import { groupName } from './names.ts';

/** Tags of log groups, by ARN and, in the older operations, by name. */
export function taggingOperations(archive: Archive) {
  async function change(name: string, to: (tags: Tags) => Tags): Promise<object> {
    const group = groupOf(archive, name);
    await archive.putGroup({ ...group, tags: to(group.tags) });
    return {};
  }
  const list = (name: string) => ({ tags: groupOf(archive, name).tags });

  return {
    TagResource: ({ resourceArn = '', tags = {} }: TagResourceRequest): Promise<object> =>
      change(groupName(resourceArn), (before) => addTags(before, tags, 'TooManyTagsException')),
    UntagResource: ({ resourceArn = '', tagKeys }: UntagResourceRequest): Promise<object> =>
      change(groupName(resourceArn), (before) => withoutTags(before, tagKeys)),
    ListTagsForResource: ({ resourceArn = '' }: ListTagsForResourceRequest): ListTagsForResourceResponse =>
      list(groupName(resourceArn)),
    TagLogGroup: ({ logGroupName = '', tags = {} }: TagLogGroupRequest): Promise<object> =>
      change(logGroupName, (before) => addTags(before, tags, 'InvalidParameterException')),
    UntagLogGroup: ({ logGroupName = '', tags }: UntagLogGroupRequest): Promise<object> =>
      change(logGroupName, (before) => withoutTags(before, tags)),
    ListTagsLogGroup: ({ logGroupName = '' }: ListTagsLogGroupRequest): ListTagsLogGroupResponse =>
      list(logGroupName),
  };
}

/** @param tooMany the operation's error for more than fifty; malformed tags are an InvalidParameterException everywhere */
export function addTags(tags: Tags, added: Tags, tooMany: string): Tags {
  const list = Object.entries(added).map(([Key, Value]) => ({ Key, Value }));
  const merged = { ...tags, ...added };
  if (Object.keys(merged).length > 50) throw new AwsError(tooMany, 'A log group has at most 50 tags.');
  return withTags(tags, list, 'InvalidParameterException');
}
