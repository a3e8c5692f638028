import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface Secrets {
  /** The full ARN, with its random suffix; undefined when there is no such secret. */
  arn(name: string): Promise<string | undefined>;
  /** The current value; undefined when there is no such secret. */
  value(name: string): Promise<string | undefined>;
}

const GONE = ['ResourceNotFoundException'];

export function secrets(access: AwsAccess): Secrets {
  const send = openClient(access, 'secretsmanager', SecretsManagerClient);
  return {
    async arn(SecretId) {
      const reply = await unlessNamed(GONE, undefined, send(new DescribeSecretCommand({ SecretId })));
      return reply?.DeletedDate === undefined ? reply?.ARN : undefined;
    },
    async value(SecretId) {
      const reply = await unlessNamed(GONE, undefined, send(new GetSecretValueCommand({ SecretId })));
      return reply?.SecretString;
    },
  };
}
