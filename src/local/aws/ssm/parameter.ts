import { createHash } from 'node:crypto';
import type { ParameterTier, ParameterType, Parameter as WireParameter } from '@aws-sdk/client-ssm';
import type { AwsContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Tags } from '../tags.ts';

/** A parameter as it is kept. */
export interface Parameter {
  name: string;
  tier: ParameterTier;
  description?: string | undefined;
  keyId?: string | undefined;
  allowedPattern?: string | undefined;
  tags: Tags;
  /** Oldest first; the last is the current one. */
  versions: ParameterVersion[];
}

export interface ParameterVersion {
  version: number;
  type: ParameterType;
  value: string;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

/** Versions that Parameter Store keeps; the oldest goes first. */
export const VERSIONS_KEPT = 100;

export function parameterArn({ region, account }: AwsContext, name: string): string {
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/** `name`, `name:3`, or an ARN of either, taken apart. An ARN does not tell `/a` from `a`: both are tried. */
export function parseReference(reference: string): { names: string[]; selector: string | undefined } {
  const arn = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/[^:]+)(?::(.+))?$/.exec(reference);
  if (arn?.[1]) return { names: [arn[1], arn[1].slice(1)], selector: arn[2] };
  const colon = reference.indexOf(':');
  if (colon === -1) return { names: [reference], selector: undefined };
  return { names: [reference.slice(0, colon)], selector: reference.slice(colon + 1) };
}

/** The version that a reference means; undefined when the parameter is not there. */
export function findVersion(
  get: (name: string) => Parameter | undefined,
  reference: string,
): { parameter: Parameter; version: ParameterVersion; selector: string | undefined } | undefined {
  const { names, selector } = parseReference(reference);
  const parameter = names.map(get).find((it) => it !== undefined);
  if (!parameter) return undefined;
  const version =
    selector === undefined
      ? parameter.versions.at(-1)
      : parameter.versions.find((it) => String(it.version) === selector);
  if (!version)
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`,
    );
  return { parameter, version, selector };
}

export function wireParameter(
  context: AwsContext,
  { parameter, version, selector }: NonNullable<ReturnType<typeof findVersion>>,
  decrypt: boolean | undefined,
): WireParameter {
  return {
    Name: parameter.name,
    ARN: parameterArn(context, parameter.name),
    Type: version.type,
    Value: version.type === 'SecureString' && !decrypt ? sealed(version.value) : version.value,
    Version: version.version,
    LastModifiedDate: new Date(version.modifiedAt),
    DataType: 'text',
    ...(selector !== undefined && { Selector: `:${selector}` }),
  };
}

/** What a caller that did not ask for decryption gets: as opaque, and as useless, as KMS's ciphertext. */
function sealed(value: string): string {
  return createHash('sha512').update(value).digest('base64');
}
