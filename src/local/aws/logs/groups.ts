import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  LogGroup,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../context.ts';
import { page, pageSize } from '../paging.ts';
import { AwsError } from '../service.ts';
import { type Archive, type GroupRecord, groupOf } from './archive.ts';
import { groupArn, invalid } from './names.ts';
import { addTags } from './tagging.ts';

/** Days that PutRetentionPolicy takes. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupOperations(context: AwsContext, archive: Archive) {
  return {
    async CreateLogGroup(input: CreateLogGroupRequest): Promise<object> {
      const name = input.logGroupName ?? '';
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name))
        throw invalid(
          `1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
        );
      if (archive.group(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      await archive.putGroup({
        name,
        createdAt: context.clock(),
        tags: addTags({}, input.tags ?? {}, 'InvalidParameterException'),
      });
      return {};
    },

    async DeleteLogGroup({ logGroupName = '' }: DeleteLogGroupRequest): Promise<object> {
      groupOf(archive, logGroupName);
      await archive.removeGroup(logGroupName);
      return {};
    },

    DescribeLogGroups(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
      const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
      if (prefix !== undefined && pattern !== undefined)
        throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
      const matching = archive
        .groups()
        .filter(({ name }) => name.startsWith(prefix ?? ''))
        .filter(({ name }) => name.includes(pattern ?? ''));
      const { items, nextToken } = page(matching, {
        key: ({ name }) => name,
        limit: pageSize(input.limit, { most: 50, usual: 50, refuse: invalid }),
        token: input.nextToken,
        badToken: () => invalid('The specified nextToken is invalid.'),
      });
      const wire = (group: GroupRecord): LogGroup =>
        pattern === undefined ? wireGroup(context, archive, group) : shortGroup(context, group);
      return { logGroups: items.map(wire), nextToken };
    },

    async PutRetentionPolicy(input: PutRetentionPolicyRequest): Promise<object> {
      const { logGroupName = '', retentionInDays = 0 } = input;
      if (!RETENTIONS.includes(retentionInDays))
        throw invalid(
          `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(', ')}]`,
        );
      await archive.putGroup({ ...groupOf(archive, logGroupName), retentionInDays });
      return {};
    },

    async DeleteRetentionPolicy({ logGroupName = '' }: DeleteRetentionPolicyRequest): Promise<object> {
      await archive.putGroup({ ...groupOf(archive, logGroupName), retentionInDays: undefined });
      return {};
    },
  };
}

function wireGroup(context: AwsContext, archive: Archive, group: GroupRecord): LogGroup {
  return {
    ...shortGroup(context, group),
    logGroupArn: groupArn(context, group.name),
    retentionInDays: group.retentionInDays,
    metricFilterCount: 0,
    storedBytes: archive.storedBytes(group.name),
    logGroupClass: 'STANDARD',
  };
}

/** What a search by pattern tells. */
function shortGroup(context: AwsContext, { name, createdAt }: GroupRecord): LogGroup {
  return { logGroupName: name, arn: `${groupArn(context, name)}:*`, creationTime: createdAt };
}
