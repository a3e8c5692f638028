import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-ecs';
import { lastPart, resourceOf } from '../arns.ts';
import { invalidParameter, resourceNotFound } from '../errors.ts';
import type { World } from '../world.ts';
import { checkTags } from './check-tags.ts';

export function tagOperations(world: World) {
  return {
    TagResource(input: TagResourceRequest): TagResourceResponse {
      const { tags, change } = tagged(world, input.resourceArn ?? '');
      const added = checkTags(input.tags);
      const kept = tags.filter(({ key }) => !added.some((tag) => tag.key === key));
      const isOwn = ({ key }: Tag) => !key?.startsWith('aws:');
      checkTags([...kept.filter(isOwn), ...added]);
      change([...kept, ...added]);
      return {};
    },

    UntagResource(input: UntagResourceRequest): UntagResourceResponse {
      const { tags, change } = tagged(world, input.resourceArn ?? '');
      change(tags.filter(({ key }) => !input.tagKeys?.includes(key ?? '')));
      return {};
    },

    ListTagsForResource(input: ListTagsForResourceRequest): ListTagsForResourceResponse {
      return { tags: tagged(world, input.resourceArn ?? '').tags };
    },
  };
}

function tagged(world: World, arn: string): { tags: Tag[]; change(tags: Tag[]): void } {
  const kind = resourceOf(arn)?.[0];
  if (!kind) throw invalidParameter('Invalid resource ARN.');
  if (kind === 'cluster') return tagsIn(world.clusters, lastPart(arn));
  if (kind === 'service') return tagsIn(world.services, arn);
  if (kind === 'task') return tagsIn(world.tasks, arn);
  if (kind === 'task-definition') return tagsIn(world.definitions, arn);
  throw resourceNotFound();
}

function tagsIn<T extends { tags: Tag[] }>(
  collection: { get(key: string): T | undefined; set(key: string, value: T): void },
  key: string,
) {
  const record = collection.get(key);
  if (!record) throw resourceNotFound();
  return {
    tags: record.tags,
    change(tags: Tag[]) {
      record.tags = tags;
      collection.set(key, record);
    },
  };
}
