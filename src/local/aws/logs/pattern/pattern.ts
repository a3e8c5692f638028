import { invalid } from '../names.ts';
import { columnsPattern } from './columns.ts';
import { jsonPattern } from './json.ts';
import { Scanner } from './scanner.ts';
import { termsPattern } from './terms.ts';

export type Matcher = (message: string) => boolean;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
const LONGEST = 1024;

/**
 * The language of filter patterns, in its three forms: terms, `{ … }` over JSON and `[ … ]` over columns.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError InvalidParameterException
 */
export function parsePattern(pattern: string): Matcher {
  if (pattern.length > LONGEST)
    throw invalid(
      `1 validation error detected: Value at 'filterPattern' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST}`,
    );
  const scanner = new Scanner(pattern.trim());
  if (scanner.next('{')) return jsonPattern(scanner);
  if (scanner.next('[')) return columnsPattern(scanner);
  return termsPattern(scanner);
}
