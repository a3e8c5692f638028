import type { StartLiveTailRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { AwsContext } from '../../context.ts';
import { type Archive, groupOf } from '../archive.ts';
import { groupArn, groupName, invalid } from '../names.ts';

const MOST_GROUPS = 10;
const MOST_STREAMS = 10;

/**
 * What a session shows, as a test of group and stream.
 * @returns for what it shows, the group as `<account>:<name>`, as updates name it; undefined otherwise
 * @throws AwsError InvalidParameterException, ResourceNotFoundException
 */
export function chooseEvents(
  context: AwsContext,
  archive: Archive,
  input: StartLiveTailRequest,
): (group: string, stream: string) => string | undefined {
  const { logGroupIdentifiers: arns = [], logStreamNames: names, logStreamNamePrefixes: prefixes } = input;
  if (arns.length < 1 || arns.length > MOST_GROUPS)
    throw invalid(`logGroupIdentifiers must hold 1 to ${MOST_GROUPS} log groups.`);
  const groups = new Set(arns.map((arn) => groupByArn(context, archive, arn)));
  if (names !== undefined && prefixes !== undefined)
    throw invalid('logStreamNames and logStreamNamePrefixes cannot be given together.');
  const streams = names ?? prefixes;
  if (streams !== undefined && groups.size > 1)
    throw invalid('Log streams can be chosen for a single log group only.');
  if (streams !== undefined && (streams.length < 1 || streams.length > MOST_STREAMS))
    throw invalid(`At most ${MOST_STREAMS} log streams or prefixes can be given, and at least 1.`);
  const isChosen = (stream: string) =>
    names?.includes(stream) ?? prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
  return (group, stream) =>
    groups.has(group) && isChosen(stream) ? `${context.account}:${group}` : undefined;
}

/** Other than elsewhere, a name will not do, nor an ARN that ends in `:*`. */
function groupByArn(context: AwsContext, archive: Archive, arn: string): string {
  const name = groupName(arn);
  if (arn !== groupArn(context, name))
    throw invalid(`The log group identifier ${arn} is not the ARN of a log group.`);
  return groupOf(archive, name).name;
}
