import { readComparison } from './comparison.ts';
import { type Condition, readConditions } from './conditions.ts';
import type { Matcher } from './pattern.ts';
import type { Scanner } from './scanner.ts';

const ELLIPSIS: unique symbol = Symbol('...');
const NAME = /[\p{L}\p{N}_$-]*/uy;
/** Where a bare value ends. */
const VALUE = /[^\s,&|()\]]+/y;

type Column = Condition<string> | typeof ELLIPSIS;

/**
 * `[ip, user, ..., status = 4*, bytes > 1000]`: a condition for each column of the line. The line has as many columns
 * as the pattern, or any number more where `...` stands.
 */
export function columnsPattern(scanner: Scanner): Matcher {
  scanner.took('[');
  const columns: Column[] = [readColumn(scanner)];
  for (scanner.space(); scanner.took(','); scanner.space()) columns.push(readColumn(scanner));
  if (!scanner.took(']') || !scanner.ended) scanner.fail('a comma or the closing bracket is missing');
  if (columns.filter((column) => column === ELLIPSIS).length > 1)
    scanner.fail('only one ... can be told apart');
  return (message) => fits(columns, split(message));
}

function readColumn(scanner: Scanner): Column {
  scanner.space();
  if (scanner.took('...')) return ELLIPSIS;
  let column: string | undefined;
  let compared = false;
  const conditions = readConditions<string>(scanner, () => {
    const name = scanner.match(NAME)?.[0] ?? '';
    column ??= name;
    if (name !== column) scanner.fail(`a condition of ${column} names ${name}`);
    scanner.space();
    const condition = readComparison(scanner, VALUE);
    if (condition === undefined && compared) scanner.fail('a comparison is missing');
    compared = true;
    return condition ?? (() => true);
  });
  return conditions;
}

function fits(columns: Column[], values: string[]): boolean {
  const gap = columns.indexOf(ELLIPSIS);
  if (gap === -1) return columns.length === values.length && all(columns, values);
  const after = columns.length - gap - 1;
  if (values.length < gap + after) return false;
  return (
    all(columns.slice(0, gap), values) && all(columns.slice(gap + 1), values.slice(values.length - after))
  );
}

function all(columns: Column[], values: string[]): boolean {
  return columns.every((column, i) => column === ELLIPSIS || column(values[i] ?? ''));
}

/** At white space; what stands in quotes or brackets is one column. */
function split(message: string): string[] {
  return [...message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g)].map(
    ([, quoted, bracketed, plain]) => quoted ?? bracketed ?? plain ?? '',
  );
}
