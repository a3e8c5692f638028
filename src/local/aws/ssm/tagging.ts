import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from '@aws-sdk/client-ssm';
import type { Collection } from '../../store.ts';
import { AwsError } from '../service.ts';
import { tagList, withoutTags, withTags } from '../tags.ts';
import type { Parameter } from './parameter.ts';

type Resource = { ResourceType?: string | undefined; ResourceId?: string | undefined };

export function taggingOperations(parameters: Collection<Parameter>) {
  const resource = ({ ResourceType, ResourceId = '' }: Resource): Parameter => {
    if (ResourceType !== 'Parameter')
      throw new AwsError('InvalidResourceType', `${ResourceType} is not a resource type that is known here.`);
    const parameter = parameters.get(ResourceId);
    if (!parameter) throw new AwsError('InvalidResourceId', `The resource ID ${ResourceId} is not valid.`);
    return parameter;
  };
  return {
    async AddTagsToResource(input: AddTagsToResourceRequest): Promise<object> {
      const parameter = resource(input);
      const tags = withTags(parameter.tags, input.Tags, 'ValidationException');
      await parameters.put(parameter.name, { ...parameter, tags });
      return {};
    },
    async RemoveTagsFromResource(input: RemoveTagsFromResourceRequest): Promise<object> {
      const parameter = resource(input);
      const tags = withoutTags(parameter.tags, input.TagKeys);
      await parameters.put(parameter.name, { ...parameter, tags });
      return {};
    },
    ListTagsForResource: (input: ListTagsForResourceRequest): ListTagsForResourceResult => ({
      TagList: tagList(resource(input).tags),
    }),
  };
}
