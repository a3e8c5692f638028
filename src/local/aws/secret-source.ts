import { messageOf } from '../../lib/errors.ts';
import type { SecretSource } from '../ports.ts';
import type { SecretsManager } from './secrets-manager/secrets-manager.ts';
import { AwsError } from './service.ts';
import type { Ssm } from './ssm/ssm.ts';

/** Resolves `secrets[].valueFrom` as ECS's agent does; its errors are the stopped task's reason. */
export function createSecretSource({
  ssm,
  secretsManager,
}: {
  ssm: Pick<Ssm, 'value'>;
  secretsManager: Pick<SecretsManager, 'value'>;
}): SecretSource {
  return {
    resolve(valueFrom) {
      return /^arn:[^:]+:secretsmanager:/.test(valueFrom)
        ? fromSecret(secretsManager, valueFrom)
        : fromParameter(ssm, valueFrom);
    },
  };
}

const PREFIX =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';

/** `arn:aws:secretsmanager:region:account:secret:name[:json-key:version-stage:version-id]`, empty parts allowed. */
function fromSecret(secretsManager: Pick<SecretsManager, 'value'>, valueFrom: string): string {
  const parts = valueFrom.split(':');
  const arn = parts.slice(0, 7).join(':');
  const [key = '', stage = '', versionId = ''] = parts.slice(7);
  let value: string;
  try {
    value = secretsManager.value(arn, { stage: stage || undefined, versionId: versionId || undefined });
  } catch (error) {
    const code = error instanceof AwsError ? `${error.code}: ` : '';
    throw new Error(
      `${PREFIX}: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ${code}${messageOf(error)}`,
      { cause: error },
    );
  }
  return key === '' ? value : jsonMember(value, key);
}

function jsonMember(value: string, key: string): string {
  const refuse = (why: string) =>
    new Error(
      `${PREFIX}: unable to retrieve secret from asm: service call has been retried 1 time(s): ${why}`,
    );
  let document: unknown;
  try {
    document = JSON.parse(value);
  } catch {
    throw refuse('retrieved secret from Secrets Manager is not JSON');
  }
  if (document === null || typeof document !== 'object' || !Object.hasOwn(document, key))
    throw refuse(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  const member: unknown = (document as Record<string, unknown>)[key];
  return typeof member === 'string' ? member : JSON.stringify(member);
}

function fromParameter(ssm: Pick<Ssm, 'value'>, valueFrom: string): string {
  let value: string | undefined;
  try {
    value = ssm.value(valueFrom);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  if (value !== undefined) return value;
  throw new Error(
    `${PREFIX}: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: ${valueFrom}`,
  );
}
