import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { GsysError } from '../errors.ts';
import { type AwsAccess, openClient } from './clients.ts';

export interface Caller {
  account: string;
  arn: string;
}

/** Who we are there. */
export async function caller(access: AwsAccess): Promise<Caller> {
  const { Account: account = '', Arn: arn = '' } = await openClient(
    access,
    'sts',
    STSClient,
  )(new GetCallerIdentityCommand({}));
  return { account, arn };
}

/** @throws GsysError WRONG_ACCOUNT when this is not the account that the environment names */
export async function checkAccount(access: AwsAccess): Promise<Caller> {
  const found = await caller(access);
  const { account, name, profile } = access.environment;
  if (found.account === account) return found;
  throw new GsysError(
    'WRONG_ACCOUNT',
    `environment ${name} is account ${account}, but these credentials are of ${found.account || 'nobody'} (${found.arn})`,
    { next: profile ? `correct profile ${profile}, or choose another --env` : 'choose another --env' },
  );
}
