import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';

export function groupArn({ region, account }: AwsContext, group: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${group}`;
}

/** From a name or an ARN, with or without the `:*` that DescribeLogGroups appends. */
export function groupName(nameOrArn: string): string {
  return /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(:\*)?$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** Several operations take the group as `logGroupName` or as `logGroupIdentifier`, and want one of them. */
export function groupGiven(input: {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}): string {
  if ((input.logGroupName === undefined) === (input.logGroupIdentifier === undefined))
    throw invalid('Exactly one of logGroupName and logGroupIdentifier must be given.');
  return groupName(input.logGroupName ?? input.logGroupIdentifier ?? '');
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
