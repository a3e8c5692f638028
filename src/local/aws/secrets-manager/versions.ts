import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import { CURRENT, moveStage, type SecretVersion } from './secret.ts';

interface NewValue {
  ClientRequestToken?: string | undefined;
  SecretString?: string | undefined;
  SecretBinary?: Uint8Array | undefined;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const LARGEST_VALUE = 65_536;
const MOST_STAGES = 20;
const VERSIONS_KEPT = 100;

/**
 * Adds a value. The request token is the version's id, so that a call repeated after a lost answer changes
 * nothing; the first value is current whatever was asked.
 */
export function addVersion(
  versions: SecretVersion[],
  value: NewValue,
  stages: string[],
  { clock, randomId }: Pick<AwsContext, 'clock' | 'randomId'>,
): { versions: SecretVersion[]; id: string } {
  const id = checkToken(value.ClientRequestToken ?? randomId());
  const content = contentOf(value);
  if (stages.length < 1 || stages.length > MOST_STAGES)
    throw new AwsError('InvalidParameterException', `A version has 1 to ${MOST_STAGES} staging labels.`);
  const same = versions.find((version) => version.id === id);
  if (same) {
    if (same.string === content.string && same.binary === content.binary) return { versions, id };
    throw new AwsError(
      'ResourceExistsException',
      `A resource with the ID you requested already exists: a version ${id} with another value.`,
    );
  }
  const added = [...versions, { id, ...content, stages: [], createdAt: clock() }];
  const wanted = versions.length === 0 ? [...new Set([CURRENT, ...stages])] : stages;
  return { versions: prune(wanted.reduce((all, stage) => moveStage(all, stage, id), added)), id };
}

export function hasValue(value: NewValue): boolean {
  return value.SecretString !== undefined || value.SecretBinary !== undefined;
}

function contentOf({
  SecretString: string,
  SecretBinary,
}: NewValue): Pick<SecretVersion, 'string' | 'binary'> {
  if ((string === undefined) === (SecretBinary === undefined))
    throw new AwsError(
      'InvalidParameterException',
      'You must provide either SecretString or SecretBinary, and not both.',
    );
  const size = SecretBinary ? SecretBinary.byteLength : Buffer.byteLength(string ?? '');
  if (size < 1 || size > LARGEST_VALUE)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: the secret value has ${size} bytes; it must have 1 to ${LARGEST_VALUE}`,
    );
  return SecretBinary ? { binary: Buffer.from(SecretBinary).toString('base64') } : { string };
}

function checkToken(token: string): string {
  if (token.length >= 32 && token.length <= 64) return token;
  throw new AwsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.');
}

/** Versions without a label are deprecated: the oldest of them make room. */
function prune(versions: SecretVersion[]): SecretVersion[] {
  let surplus = versions.length - VERSIONS_KEPT;
  return versions.filter(({ stages }) => stages.length > 0 || surplus-- <= 0);
}
