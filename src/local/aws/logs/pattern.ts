import { invalid } from './names.ts';

/**
 * The term language of filter patterns: `ERROR timeout` wants both, `?ERROR ?WARN` either, `-healthy` none of
 * it, quotes hold phrases and everything that is not a word. Case counts. A pattern with plain terms ignores its
 * `?` terms, as AWS does.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parsePattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text))
    throw invalid('Patterns over JSON members, columns and regular expressions are not supported here.');
  const terms = [...text.matchAll(TERM)].map(([, sign = '', quoted, plain]) => ({
    sign,
    text: quoted === undefined ? word(plain ?? '') : quoted.replace(/\\(["\\])/g, '$1'),
  }));
  const texts = (sign: string) => terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [all, any, none] = [texts(''), texts('?'), texts('-')];
  return (message) =>
    all.every((it) => message.includes(it)) &&
    (all.length > 0 || any.length === 0 || any.some((it) => message.includes(it))) &&
    !none.some((it) => message.includes(it));
}

/** An optional sign, then a quoted phrase or whatever runs to the next space. */
const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

function word(text: string): string {
  if (!/^[\p{L}\p{N}_]+$/u.test(text)) throw invalid(`Invalid character(s) in term '${text}'`);
  return text;
}
