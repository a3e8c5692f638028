import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Tags } from '../tags.ts';

/** A secret as it is kept. */
export interface Secret {
  name: string;
  arn: string;
  description?: string | undefined;
  keyId?: string | undefined;
  tags: Tags;
  /** Milliseconds since the epoch, as all times here. */
  createdAt: number;
  changedAt: number;
  deletedAt?: number | undefined;
  /** When the recovery window ends. */
  goneAt?: number | undefined;
  /** Oldest first. */
  versions: SecretVersion[];
}

export interface SecretVersion {
  id: string;
  /** One of the two; binary in base64. */
  string?: string | undefined;
  binary?: string | undefined;
  stages: string[];
  createdAt: number;
}

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

/** ARNs end in six random characters, so that a secret made anew under an old name is another resource. */
export function secretArn({ region, account, randomId }: AwsContext, name: string): string {
  const suffix = BigInt(`0x${randomId().replaceAll('-', '')}`)
    .toString(36)
    .padStart(6, '0')
    .slice(-6);
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;
}

/** By name, by ARN, or by an ARN without its suffix. */
export function findSecret(secrets: Secret[], id: string): Secret | undefined {
  if (!id.startsWith('arn:')) return secrets.find(({ name }) => name === id);
  return (
    secrets.find(({ arn }) => arn === id) ?? secrets.find(({ arn }) => arn.replace(/-[^-]{6}$/, '') === id)
  );
}

/** @throws AwsError in the words of GetSecretValue */
export function findSecretVersion(
  secret: Secret,
  { versionId, stage }: { versionId?: string | undefined; stage?: string | undefined },
): SecretVersion {
  if (versionId === undefined) {
    const version = secret.versions.find(({ stages }) => stages.includes(stage ?? CURRENT));
    if (version) return version;
    throw notFound(`value for staging label: ${stage ?? CURRENT}`);
  }
  const version = secret.versions.find(({ id }) => id === versionId);
  if (!version) throw notFound(`value for VersionId: ${versionId}`);
  if (stage !== undefined && !version.stages.includes(stage))
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  return version;
}

/** Moves a stage to one version, and with AWSCURRENT its shadow: the version that had it becomes AWSPREVIOUS. */
export function moveStage(versions: SecretVersion[], stage: string, to: string): SecretVersion[] {
  const before = versions.find(({ stages }) => stages.includes(stage));
  if (before?.id === to) return versions;
  const moved = versions.map((version) => ({
    ...version,
    stages: [...version.stages.filter((it) => it !== stage), ...(version.id === to ? [stage] : [])],
  }));
  return stage === CURRENT && before ? moveStage(moved, PREVIOUS, before.id) : moved;
}

export function notFound(what?: string): AwsError {
  const subject = what === undefined ? 'secret.' : `secret ${what}`;
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified ${subject}`);
}
