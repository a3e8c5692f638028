import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

export interface Secrets {
  /** The full ARN, with its random suffix; undefined when there is no such secret. */
  arn(name: string): Promise<string | undefined>;
  /**
   * ARNs of all secrets whose name begins like this, by name. What happened in the last five minutes may be missing:
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
   */
  list(prefix: string): Promise<Map<string, string>>;
  /** The current value; undefined when there is no such secret. */
  value(name: string): Promise<string | undefined>;
  /** Makes a secret that must not exist yet. @returns false when it does */
  create(name: string, value: string, description: string): Promise<boolean>;
}

const PER_PAGE = 100;
const GONE = ['ResourceNotFoundException'];

export function secrets(access: AwsAccess): Secrets {
  const send = openClient(access, 'secretsmanager', SecretsManagerClient);
  return {
    async arn(SecretId) {
      const reply = await unlessNamed(GONE, undefined, send(new DescribeSecretCommand({ SecretId })));
      return reply?.DeletedDate === undefined ? reply?.ARN : undefined;
    },
    async list(prefix) {
      const Filters = [{ Key: 'name' as const, Values: [prefix] }];
      const found = await allPages(async (NextToken) => {
        const reply = await send(new ListSecretsCommand({ Filters, MaxResults: PER_PAGE, NextToken }));
        return { items: reply.SecretList ?? [], next: reply.NextToken };
      });
      return new Map(found.flatMap(({ Name, ARN }) => (Name && ARN ? [[Name, ARN]] : [])));
    },
    async value(SecretId) {
      const reply = await unlessNamed(GONE, undefined, send(new GetSecretValueCommand({ SecretId })));
      return reply?.SecretString;
    },
    async create(Name, SecretString, Description) {
      const command = new CreateSecretCommand({ Name, SecretString, Description });
      return (await unlessNamed(['ResourceExistsException'], undefined, send(command))) !== undefined;
    },
  };
}
