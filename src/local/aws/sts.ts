import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import * as schemas from '@aws-sdk/client-sts';
import type { AwsContext } from './context.ts';
import type { AwsService, Caller } from './service.ts';

/** STS, for the one question that every command starts with: whose account is this? */
export function createSts({ account }: Pick<AwsContext, 'account'>): AwsService {
  return {
    id: 'sts',
    target: '2011-06-15',
    protocol: 'awsQuery',
    schemas,
    operations: {
      GetCallerIdentity: (_: object, { accessKeyId }: Caller): GetCallerIdentityResponse => ({
        Account: account,
        Arn: `arn:aws:iam::${account}:user/${accessKeyId}`,
        UserId: accessKeyId,
      }),
    },
  };
}
