import type {
  CreateSecretRequest,
  CreateSecretResponse,
  DeleteSecretRequest,
  DeleteSecretResponse,
  RestoreSecretRequest,
  RestoreSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import { withTags } from '../tags.ts';
import { CURRENT, notFound, type Secret, secretArn } from './secret.ts';
import type { Shelf } from './shelf.ts';
import { addVersion, hasValue } from './versions.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Days in which a deleted secret can be restored. */
const WINDOW = { least: 7, most: 30, usual: 30 };

/** How secrets come and go. */
export function lifeOperations(context: AwsContext, shelf: Shelf) {
  const { clock } = context;
  return {
    async CreateSecret(input: CreateSecretRequest): Promise<CreateSecretResponse> {
      const name = checkName(input.Name ?? '');
      const known = shelf.find(name);
      if (known) return repeated(known, input);
      const first = hasValue(input) ? addVersion([], input, [CURRENT], context) : undefined;
      const secret: Secret = {
        name,
        arn: secretArn(context, name),
        description: input.Description,
        keyId: input.KmsKeyId,
        tags: withTags({}, input.Tags, 'InvalidParameterException'),
        createdAt: clock(),
        changedAt: clock(),
        versions: first?.versions ?? [],
      };
      await shelf.put(secret);
      return { ARN: secret.arn, Name: name, VersionId: first?.id };
    },

    async DeleteSecret(input: DeleteSecretRequest): Promise<DeleteSecretResponse> {
      const { SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = input;
      if (force && days !== undefined)
        throw invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      if (days !== undefined && (days < WINDOW.least || days > WINDOW.most))
        throw invalid(
          `The RecoveryWindowInDays value must be between ${WINDOW.least} and ${WINDOW.most} days.`,
        );
      if (force) return await deleteNow(shelf, SecretId, clock());
      const secret = shelf.get(SecretId);
      const goneAt = clock() + (days ?? WINDOW.usual) * DAY;
      await shelf.put({ ...secret, deletedAt: clock(), goneAt });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(goneAt) };
    },

    async RestoreSecret({ SecretId }: RestoreSecretRequest): Promise<RestoreSecretResponse> {
      const secret = shelf.find(SecretId);
      if (!secret) throw notFound();
      await shelf.put({ ...secret, deletedAt: undefined, goneAt: undefined });
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}

/** A create that a client sends again after a lost answer is answered as the first one was. */
function repeated(known: Secret, input: CreateSecretRequest): CreateSecretResponse {
  if (known.deletedAt !== undefined)
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  const version = known.versions.find(({ id }) => id === input.ClientRequestToken);
  const binary = input.SecretBinary && Buffer.from(input.SecretBinary).toString('base64');
  if (version && version.string === input.SecretString && version.binary === binary)
    return { ARN: known.arn, Name: known.name, VersionId: version.id };
  throw new AwsError(
    'ResourceExistsException',
    `The operation failed because the secret ${known.name} already exists.`,
  );
}

/** Forced deletion of what is not there is a success, with the ARN that it would have had. */
async function deleteNow(shelf: Shelf, id: string | undefined, now: number): Promise<DeleteSecretResponse> {
  const secret = shelf.find(id);
  if (secret) await shelf.remove(secret);
  return { ARN: secret?.arn, Name: secret?.name ?? id, DeletionDate: new Date(now) };
}

function checkName(name: string): string {
  if (/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) return name;
  throw new AwsError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
