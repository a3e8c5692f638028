import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
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
  /** What a stage is on; undefined when there is no such secret, or nothing is on that stage. */
  staged(name: string, stage: SecretStage): Promise<SecretVersion | undefined>;
  /**
   * Puts a value where nobody takes it from yet: on AWSPENDING. The same again changes nothing, also when that value
   * was put before and has lost its stage since.
   * @param id of the version, from 32 to 64 characters, that no other value of this secret has
   */
  putPending(name: string, value: string, id: string): Promise<void>;
  /** @throws GsysError AWS_CALL_FAILED when AWSCURRENT is not on `from` any more */
  moveCurrent(name: string, versions: { from: string; to: string }): Promise<void>;
  /** Takes AWSPENDING away from a version, which stays. Does nothing where it is not on it. */
  dropPending(name: string, version: string): Promise<void>;
  /** When anything of it was changed last, a stage too, by the server's clock; undefined when there is no such secret. */
  changedAt(name: string): Promise<Date | undefined>;
}

/** AWSPREVIOUS goes by itself to what AWSCURRENT was moved away from. */
export type SecretStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

export interface SecretVersion {
  id: string;
  value: string;
}

const PER_PAGE = 100;
const GONE = ['ResourceNotFoundException'];
const PENDING: SecretStage = 'AWSPENDING';

export function secrets(access: AwsAccess): Secrets {
  const send = openClient(access, 'secretsmanager', SecretsManagerClient);
  const describe = (SecretId: string) =>
    unlessNamed(GONE, undefined, send(new DescribeSecretCommand({ SecretId })));
  const staged: Secrets['staged'] = async (SecretId, VersionStage) => {
    const reply = await unlessNamed(
      GONE,
      undefined,
      send(new GetSecretValueCommand({ SecretId, VersionStage })),
    );
    if (reply?.SecretString === undefined) return undefined;
    return { id: reply.VersionId ?? '', value: reply.SecretString };
  };
  return {
    async arn(SecretId) {
      const reply = await describe(SecretId);
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
    value: async (name) => (await staged(name, 'AWSCURRENT'))?.value,
    async create(Name, SecretString, Description) {
      const command = new CreateSecretCommand({ Name, SecretString, Description });
      return (await unlessNamed(['ResourceExistsException'], undefined, send(command))) !== undefined;
    },
    staged,
    async putPending(SecretId, SecretString, id) {
      const reply = await send(
        new PutSecretValueCommand({
          ...{ SecretId, SecretString, ClientRequestToken: id, VersionStages: [PENDING] },
        }),
      );
      if (reply.VersionStages?.includes(PENDING)) return;
      // A version that is there already keeps the stages that it has.
      const other = await staged(SecretId, PENDING);
      if (other?.id === id) return;
      await send(
        new UpdateSecretVersionStageCommand({
          ...{ SecretId, VersionStage: PENDING, MoveToVersionId: id },
          ...(other && { RemoveFromVersionId: other.id }),
        }),
      );
    },
    async moveCurrent(SecretId, { from, to }) {
      await send(
        new UpdateSecretVersionStageCommand({
          ...{ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from },
        }),
      );
    },
    async dropPending(SecretId, RemoveFromVersionId) {
      if ((await staged(SecretId, PENDING))?.id !== RemoveFromVersionId) return;
      await send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage: PENDING, RemoveFromVersionId }),
      );
    },
    changedAt: async (name) => (await describe(name))?.LastChangedDate,
  };
}
