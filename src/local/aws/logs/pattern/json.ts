import { readComparison } from './comparison.ts';
import { type Condition, readConditions } from './conditions.ts';
import type { Matcher } from './pattern.ts';
import type { Scanner } from './scanner.ts';
import { readSelector } from './selector.ts';

/** Where a bare value ends. */
const VALUE = /[^\s&|()}]+/y;

/**
 * `{ $.level = "error" && ($.status >= 500 || $.error EXISTS) }`. Comparisons want the member to be there, `!=` too;
 * of several values that a wildcard selects, one that fits is enough, and for `!=` none may be the one named.
 */
export function jsonPattern(scanner: Scanner): Matcher {
  scanner.took('{');
  const fits = readConditions(scanner, () => readCondition(scanner));
  scanner.space();
  if (!scanner.took('}') || !scanner.ended) scanner.fail('an operator or the closing brace is missing');
  return (message) => {
    const document = parse(message);
    return document !== undefined && fits(document);
  };
}

function readCondition(scanner: Scanner): Condition<unknown> {
  const select = readSelector(scanner);
  scanner.space();
  const keyword = scanner.match(/(IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS|EXISTS)\b/iy)?.[0];
  if (keyword !== undefined) {
    const test = byKeyword(keyword.toUpperCase().replace(/\s+/g, ' '));
    return (document) => test(select(document));
  }
  const negated = scanner.next('!=');
  const fits = readComparison(scanner, VALUE) ?? scanner.fail('a comparison is missing');
  return (document) => {
    const values = select(document).filter(isScalar);
    return values.length > 0 && (negated ? values.every(fits) : values.some(fits));
  };
}

function byKeyword(keyword: string): (values: unknown[]) => boolean {
  if (keyword === 'EXISTS') return (values) => values.length > 0;
  if (keyword === 'NOT EXISTS') return (values) => values.length === 0;
  const wanted = keyword === 'IS NULL' ? null : keyword === 'IS TRUE';
  return (values) => values.includes(wanted);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** @returns undefined for what is not a JSON object or list */
function parse(message: string): object | undefined {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}
