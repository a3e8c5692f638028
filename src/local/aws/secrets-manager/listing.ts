import type {
  DescribeSecretRequest,
  DescribeSecretResponse,
  Filter,
  ListSecretsRequest,
  ListSecretsResponse,
  SecretListEntry,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-secrets-manager';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { tagList, withoutTags, withTags } from '../tags.ts';
import { notFound, type Secret } from './secret.ts';
import type { Shelf } from './shelf.ts';

/** What is known of secrets besides their values. */
export function listingOperations(context: AwsContext, shelf: Shelf) {
  return {
    DescribeSecret({ SecretId }: DescribeSecretRequest): DescribeSecretResponse {
      const secret = shelf.find(SecretId);
      if (!secret) throw notFound();
      const { SecretVersionsToStages, ...described } = entry(secret);
      return { ...described, VersionIdsToStages: SecretVersionsToStages };
    },

    ListSecrets(input: ListSecretsRequest): ListSecretsResponse {
      const filters = (input.Filters ?? []).map(parseFilter);
      const matching = shelf
        .all()
        .filter((secret) => input.IncludePlannedDeletion || secret.deletedAt === undefined)
        .filter((secret) => filters.every((matches) => matches(secret)));
      const { items, nextToken } = page(matching, {
        key: ({ createdAt, name }) => `${String(createdAt).padStart(15, '0')} ${name}`,
        descending: input.SortOrder !== 'asc',
        limit: pageSize(input.MaxResults, { most: 100, usual: 100, refuse: invalid }),
        token: input.NextToken,
        badToken: () => new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.'),
      });
      return { SecretList: items.map(entry), NextToken: nextToken };
    },

    async TagResource({ SecretId, Tags }: TagResourceRequest): Promise<object> {
      const secret = shelf.get(SecretId);
      const tags = withTags(secret.tags, Tags, 'InvalidParameterException');
      await shelf.put({ ...secret, tags, changedAt: context.clock() });
      return {};
    },

    async UntagResource({ SecretId, TagKeys }: UntagResourceRequest): Promise<object> {
      const secret = shelf.get(SecretId);
      await shelf.put({ ...secret, tags: withoutTags(secret.tags, TagKeys), changedAt: context.clock() });
      return {};
    },
  };
}

function entry(secret: Secret): SecretListEntry {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.keyId,
    CreatedDate: new Date(secret.createdAt),
    LastChangedDate: new Date(secret.changedAt),
    ...(secret.deletedAt !== undefined && { DeletedDate: new Date(secret.deletedAt) }),
    Tags: tagList(secret.tags),
    SecretVersionsToStages: Object.fromEntries(
      secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
    ),
  };
}

const FILTERED: Record<string, (secret: Secret) => string[]> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description ?? ''],
  'tag-key': ({ tags }) => Object.keys(tags),
  'tag-value': ({ tags }) => Object.values(tags),
};

/** Any value of a filter may match, by its beginning; `!` before a value turns it round. */
function parseFilter({ Key, Values = [] }: Filter): (secret: Secret) => boolean {
  const textsOf = Key !== undefined && Object.hasOwn(FILTERED, Key) ? FILTERED[Key] : undefined;
  if (!textsOf) throw invalid(`The filter ${Key} is not supported here.`);
  const begins = (secret: Secret, value: string) => textsOf(secret).some((text) => text.startsWith(value));
  return (secret) =>
    Values.some((value) => (value.startsWith('!') ? !begins(secret, value.slice(1)) : begins(secret, value)));
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
