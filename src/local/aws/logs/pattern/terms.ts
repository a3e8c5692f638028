import { invalid } from '../names.ts';
import type { Matcher } from './pattern.ts';
import type { Scanner } from './scanner.ts';

interface Term {
  /** Empty, `?` or `-`. */
  sign: string;
  isIn: Matcher;
}

/**
 * `ERROR timeout` wants both, `?ERROR ?WARN` either, `-healthy` none of it; quotes hold phrases and everything that
 * is not a word, percent signs regular expressions. Case counts. A pattern with plain terms ignores its `?` terms,
 * as AWS does.
 */
export function termsPattern(scanner: Scanner): Matcher {
  const terms: Term[] = [];
  for (scanner.space(); !scanner.ended; scanner.space()) terms.push(readTerm(scanner));
  const of = (sign: string) => terms.filter((term) => term.sign === sign);
  const [all, any, none] = [of(''), of('?'), of('-')];
  return (message) =>
    all.every(({ isIn }) => isIn(message)) &&
    (all.length > 0 || any.length === 0 || any.some(({ isIn }) => isIn(message))) &&
    !none.some(({ isIn }) => isIn(message));
}

function readTerm(scanner: Scanner): Term {
  const sign = scanner.match(/[?-]/y)?.[0] ?? '';
  const regex = scanner.regex();
  if (regex) return { sign, isIn: (message) => regex.test(message) };
  const text = scanner.quoted() ?? word(scanner.match(/[^\s"]+/y)?.[0] ?? '');
  return { sign, isIn: (message) => message.includes(text) };
}

function word(text: string): string {
  if (!/^[\p{L}\p{N}_]+$/u.test(text)) throw invalid(`Invalid character(s) in term '${text}'`);
  return text;
}
