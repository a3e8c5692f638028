import type { Dimension } from '@aws-sdk/client-cloudwatch';
import { invalidValue } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MOST_DIMENSIONS = 30;

/** @throws AwsError for names or values that CloudWatch refuses */
export function readDimensions(list: readonly Dimension[] | undefined): Record<string, string> {
  const dimensions = list ?? [];
  if (dimensions.length > MOST_DIMENSIONS)
    throw invalidValue(`The collection Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  for (const { Name = '', Value = '' } of dimensions) {
    if (Name.trim() === '' || Name.length > 255 || Name.startsWith(':'))
      throw invalidValue(`The value ${Name} for a dimension's Name is invalid.`);
    if (Value.trim() === '' || Value.length > 1024)
      throw invalidValue(`The value ${Value} for the dimension ${Name} is invalid.`);
  }
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
}

export function dimensionList(dimensions: Record<string, string>): { Name: string; Value: string }[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
