import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../service.ts';
import { withoutTags, withTags } from '../tags.ts';
import type { Records, TargetRecord } from './records.ts';

const MOST_TAGS = 50;

export function tagOperations({ targets }: Records) {
  const find = (arn: string | undefined): TargetRecord => {
    const target = targets.values().find((one) => one.arn === arn);
    if (target) return target;
    throw new AwsError('ResourceNotFoundException', `The resource ${arn} is not a scalable target.`);
  };
  return {
    async TagResource(input: TagResourceRequest): Promise<object> {
      const target = find(input.ResourceARN);
      const added = Object.entries(input.Tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
      if (new Set([...Object.keys(target.tags), ...added.map(({ Key }) => Key)]).size > MOST_TAGS)
        throw new AwsError('TooManyTagsException', `A scalable target has at most ${MOST_TAGS} tags.`);
      const tags = withTags(target.tags, added, 'ValidationException');
      await targets.put(target.resourceId, { ...target, tags });
      return {};
    },
    async UntagResource(input: UntagResourceRequest): Promise<object> {
      const target = find(input.ResourceARN);
      await targets.put(target.resourceId, { ...target, tags: withoutTags(target.tags, input.TagKeys) });
      return {};
    },
    ListTagsForResource: (input: ListTagsForResourceRequest): ListTagsForResourceResponse => ({
      Tags: find(input.ResourceARN).tags,
    }),
  };
}
