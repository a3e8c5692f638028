import type { Scanner } from './scanner.ts';

/** What a member or a column is compared with. */
export type Comparison = (value: string | number | boolean) => boolean;

const OPERATOR = /!=|>=|<=|=|>|</y;

/** Reads `= "x*"`, `!= %regex%`, `>= 3`, …; `undefined` where no operator stands. @param ends what a bare value stops at */
export function readComparison(scanner: Scanner, ends: RegExp): Comparison | undefined {
  const operator = scanner.match(OPERATOR)?.[0];
  if (operator === undefined) return undefined;
  scanner.space();
  if (operator === '=' || operator === '!=') {
    const equals = readEquals(scanner, ends);
    return operator === '=' ? equals : (value) => !equals(value);
  }
  const limit = toNumber(scanner.match(ends)?.[0].trim() ?? '');
  if (limit === undefined) return scanner.fail(`${operator} wants a number`);
  return (value) => compareNumbers(operator, toNumber(value), limit);
}

function readEquals(scanner: Scanner, ends: RegExp): Comparison {
  const regex = scanner.regex();
  if (regex) return (value) => regex.test(String(value));
  const quoted = scanner.quoted();
  const text = quoted ?? scanner.match(ends)?.[0].trim() ?? '';
  if (quoted === undefined && text === '') scanner.fail('a value is missing');
  const number = quoted === undefined ? toNumber(text) : undefined;
  const like = wildcard(text);
  return (value) =>
    number !== undefined && typeof value === 'number' ? value === number : like.test(String(value));
}

/** `*` stands for any text. */
function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function toNumber(value: string | number | boolean): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
    ? Number(value)
    : undefined;
}

function compareNumbers(operator: string, value: number | undefined, limit: number): boolean {
  if (value === undefined) return false;
  if (operator === '>') return value > limit;
  if (operator === '<') return value < limit;
  return operator === '>=' ? value >= limit : value <= limit;
}
