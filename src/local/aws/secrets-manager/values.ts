import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
  UpdateSecretVersionStageRequest,
  UpdateSecretVersionStageResponse,
} from '@aws-sdk/client-secrets-manager';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import { CURRENT, findSecretVersion, moveStage, notFound, type Secret } from './secret.ts';
import type { Shelf } from './shelf.ts';
import { addVersion } from './versions.ts';

/** Reading and writing values, and moving the labels that say which value is in use. */
export function valueOperations(context: AwsContext, shelf: Shelf) {
  return {
    GetSecretValue(input: GetSecretValueRequest): GetSecretValueResponse {
      const secret = shelf.get(input.SecretId);
      const version = findSecretVersion(secret, { versionId: input.VersionId, stage: input.VersionStage });
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        VersionStages: version.stages,
        CreatedDate: new Date(version.createdAt),
        ...(version.string !== undefined && { SecretString: version.string }),
        ...(version.binary !== undefined && { SecretBinary: Buffer.from(version.binary, 'base64') }),
      };
    },

    async PutSecretValue(input: PutSecretValueRequest): Promise<PutSecretValueResponse> {
      const secret = shelf.get(input.SecretId);
      const { versions, id } = addVersion(secret.versions, input, input.VersionStages ?? [CURRENT], context);
      if (versions !== secret.versions) await shelf.put({ ...secret, versions, changedAt: context.clock() });
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: id,
        VersionStages: versions.find((version) => version.id === id)?.stages,
      };
    },

    async UpdateSecretVersionStage(
      input: UpdateSecretVersionStageRequest,
    ): Promise<UpdateSecretVersionStageResponse> {
      const secret = shelf.get(input.SecretId);
      const versions = restage(secret, input);
      await shelf.put({ ...secret, versions, changedAt: context.clock() });
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}

function restage(secret: Secret, input: UpdateSecretVersionStageRequest): Secret['versions'] {
  const { VersionStage: stage = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  for (const id of [to, from])
    if (id !== undefined && !secret.versions.some((version) => version.id === id))
      throw notFound(`value for VersionId: ${id}`);
  if (from !== undefined && holder?.id !== from)
    throw invalid(`The staging label ${stage} is not attached to version ${from}.`);
  if (to === undefined && from === undefined)
    throw invalid('You must name a version to move the staging label to, or one to remove it from.');
  if (holder && from === undefined && holder.id !== to)
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  if (to !== undefined) return moveStage(secret.versions, stage, to);
  if (stage === CURRENT)
    throw invalid(`You can't remove the staging label ${CURRENT}; move it to another version instead.`);
  return secret.versions.map((version) =>
    version.id === from ? { ...version, stages: version.stages.filter((it) => it !== stage) } : version,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
