import type { ParameterTier, PutParameterRequest } from '@aws-sdk/client-ssm';
import { AwsError } from '../service.ts';
import type { Parameter } from './parameter.ts';

/** What Parameter Store refuses: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */

/** Characters of a value. */
const LARGEST = { Standard: 4096, Advanced: 8192 };
const LONGEST_NAME = 2048;
const DEEPEST = 15;
const TYPES = ['String', 'StringList', 'SecureString'];
const TIERS = ['Standard', 'Advanced', 'Intelligent-Tiering'];
const MOST_NAMES = 10;

export function checkPut(input: PutParameterRequest, known: Parameter | undefined): void {
  const value = input.Value ?? '';
  checkName(input.Name ?? '');
  if (!known && input.Type === undefined)
    throw refusal('A parameter type is required when you create a parameter.');
  if (input.Type !== undefined && !TYPES.includes(input.Type)) throw notIn('type', input.Type, TYPES);
  if (input.Tier !== undefined && !TIERS.includes(input.Tier)) throw notIn('tier', input.Tier, TIERS);
  if (input.Policies !== undefined) throw refusal('Parameter policies are not supported here.');
  if (input.DataType !== undefined && input.DataType !== 'text')
    throw refusal(`The data type ${input.DataType} is not supported here.`);
  if (input.Overwrite && input.Tags !== undefined)
    throw refusal(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  if (value.length === 0)
    throw refusal(
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  checkSize(value, tierFor(input, known));
  checkPattern(value, input.AllowedPattern ?? known?.allowedPattern);
}

export function tierFor(input: PutParameterRequest, known: Parameter | undefined): ParameterTier {
  if (input.Tier === 'Intelligent-Tiering')
    return known?.tier === 'Advanced' || (input.Value ?? '').length > LARGEST.Standard
      ? 'Advanced'
      : 'Standard';
  return input.Tier ?? known?.tier ?? 'Standard';
}

/** GetParameters and DeleteParameters take ten names. */
export function checkNames(names: readonly string[]): void {
  if (names.length < 1 || names.length > MOST_NAMES)
    throw refusal(
      `1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and ${MOST_NAMES}`,
    );
}

export function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name) || name.length > LONGEST_NAME)
    throw refusal(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (/^\/?(aws|ssm)/i.test(name))
    throw refusal(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive): ${name}`);
  if (name.includes('/') && !name.startsWith('/'))
    throw refusal('Parameter name must be a fully qualified name.');
  if (name.endsWith('/') || name.includes('//')) throw refusal(`Parameter name has an empty part: ${name}`);
  if (name.split('/').length - 1 > DEEPEST)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${DEEPEST} levels.`,
    );
}

function checkSize(value: string, tier: ParameterTier): void {
  const most = LARGEST[tier === 'Advanced' ? 'Advanced' : 'Standard'];
  if (value.length <= most) return;
  throw refusal(
    tier === 'Advanced'
      ? `Advanced tier parameters support a maximum parameter value of ${most} characters.`
      : `Standard tier parameters support a maximum parameter value of ${most} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
  );
}

function checkPattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined) return;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `The regular expression ${pattern} is not valid.`);
  }
  if (!expression.test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
}

export function refusal(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function notIn(member: string, value: string, allowed: string[]): AwsError {
  return refusal(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}
