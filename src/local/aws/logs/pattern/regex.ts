import { invalid } from '../names.ts';

/** Letters, digits, the symbols and the operators that AWS lists; parentheses are not among them. */
const ALLOWED = /^(?:[A-Za-z0-9:_#=@/;,\- ^$?[\]{}|*+.]|\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9]))*$/;

/**
 * The part of regular expressions that filter patterns know. Without groups no expression can take exponential time.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 * @param source what stands between the percent signs
 */
export function compileRegex(source: string): RegExp {
  if (!ALLOWED.test(source)) throw invalid(`Invalid regular expression %${source}%: unsupported character`);
  try {
    return new RegExp(source);
  } catch {
    throw invalid(`Invalid regular expression %${source}%`);
  }
}
