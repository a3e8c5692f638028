import { validation } from '../errors.ts';

/** One value a period; undefined where there is none. */
export type Points = (number | undefined)[];
type Value = number | Points | Points[];

/**
 * A metric math expression over plain series: arithmetic, comparison, and the functions listed below.
 * @param metrics by id; every series has the same length
 * @param plain ids of those that are no expressions: what METRICS() stands for
 * @throws AwsError for what cannot be read or is not known here
 */
export function computeExpression(
  text: string,
  metrics: Map<string, Points>,
  length: number,
  plain: readonly string[],
): Points {
  const value = new Reader(text, metrics, plain).read();
  if (typeof value === 'number') return Array.from({ length }, () => value);
  if (isArray(value)) throw validation(`Error in expression '${text}': it must be one time series.`);
  return value;
}

/** Those of the ids that an expression names. */
export function idsIn(text: string, known: readonly string[]): string[] {
  const words = new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
  return known.filter((id) => words.has(id));
}

const REDUCERS: Record<string, (values: number[]) => number> = {
  SUM: (values) => values.reduce((all, value) => all + value, 0),
  AVG: (values) => values.reduce((all, value) => all + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};
const MAPPERS: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};
const OPERATORS: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
};
/** Weakest first. */
const LEVELS = [
  ['<', '>', '<=', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
];

/** Reads and computes in one go: a value of each part, by recursive descent. */
class Reader {
  private readonly text: string;
  private readonly metrics: Map<string, Points>;
  private readonly plain: readonly string[];
  private readonly tokens: string[];
  private next = 0;

  constructor(text: string, metrics: Map<string, Points>, plain: readonly string[]) {
    this.text = text;
    this.metrics = metrics;
    this.plain = plain;
    this.tokens = text.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|[<>=!]=|\S/g) ?? [];
  }

  read(): Value {
    const value = this.binary(0);
    if (this.next < this.tokens.length) throw this.wrong(`unexpected '${this.tokens[this.next]}'`);
    return value;
  }

  private binary(level: number): Value {
    const operators = LEVELS[level];
    if (operators === undefined) return this.power();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.take(one));
      if (operator === undefined) return left;
      left = this.combine(operator, left, this.binary(level + 1));
    }
  }

  private power(): Value {
    if (this.take('-')) return this.combine('-', 0, this.power());
    const base = this.atom();
    return this.take('^') ? this.combine('^', base, this.power()) : base;
  }

  private atom(): Value {
    const token = this.tokens[this.next++] ?? '';
    if (token === '(') {
      const value = this.binary(0);
      this.expect(')');
      return value;
    }
    if (token === '[') return this.list(']').map((item) => this.series(item));
    if (/^\d/.test(token)) return Number(token);
    if (!/^[A-Za-z_]/.test(token))
      throw this.wrong(token === '' ? 'it ends too early' : `unexpected '${token}'`);
    if (this.take('(')) return this.call(token.toUpperCase());
    const points = this.metrics.get(token);
    if (points === undefined) throw this.wrong(`there is no metric with the id '${token}'`);
    return points;
  }

  private call(name: string): Value {
    if (name === 'FILL') return this.fill();
    const given = this.list(')');
    const [first = 0] = given;
    if (name === 'METRICS' && given.length === 0) return this.plain.map((id) => this.metrics.get(id) ?? []);
    if (name === 'IF' && given.length === 3) return this.choose(given);
    const reduce = REDUCERS[name];
    if (reduce && given.length === 1) return isArray(first) ? across(first, reduce) : along(first, reduce);
    const map = MAPPERS[name];
    if (map && given.length === 1 && !isArray(first))
      return typeof first === 'number'
        ? map(first)
        : first.map((value) => (value === undefined ? undefined : map(value)));
    throw this.wrong(`the function ${name} with ${given.length} arguments is not supported here`);
  }

  /** FILL(m, number) or FILL(m, REPEAT) */
  private fill(): Value {
    const points = this.series(this.binary(0));
    this.expect(',');
    const repeat = this.take('REPEAT');
    const filler = repeat ? undefined : this.binary(0);
    this.expect(')');
    if (filler !== undefined && typeof filler !== 'number') throw this.wrong('FILL takes a number or REPEAT');
    let last = filler;
    return points.map((value) => {
      if (repeat && value !== undefined) last = value;
      return value ?? last;
    });
  }

  private choose([condition = 0, yes = 0, no = 0]: Value[]): Value {
    if (typeof condition === 'number') return condition === 0 ? no : yes;
    return this.series(condition).map((value, i) =>
      value === undefined ? undefined : pointOf(value === 0 ? no : yes, i),
    );
  }

  private list(end: string): Value[] {
    const items: Value[] = [];
    if (this.take(end)) return items;
    do items.push(this.binary(0));
    while (this.take(','));
    this.expect(end);
    return items;
  }

  private combine(operator: string, left: Value, right: Value): Value {
    const compute = OPERATORS[operator] as (a: number, b: number) => number;
    if (typeof left === 'number' && typeof right === 'number') return compute(left, right);
    if (isArray(left)) return left.map((one) => this.series(this.combine(operator, one, right)));
    if (isArray(right)) return right.map((one) => this.series(this.combine(operator, left, one)));
    const { length } = typeof left === 'number' ? (right as Points) : left;
    return Array.from({ length }, (_, i) => {
      const [a, b] = [pointOf(left, i), pointOf(right, i)];
      const value = a === undefined || b === undefined ? undefined : compute(a, b);
      return Number.isFinite(value) ? value : undefined;
    });
  }

  private series(value: Value): Points {
    if (typeof value !== 'number' && !isArray(value)) return value;
    throw this.wrong('a time series is wanted');
  }

  private take(token: string): boolean {
    if (this.tokens[this.next] !== token) return false;
    this.next++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.wrong(`'${token}' is missing`);
  }

  private wrong(why: string) {
    return validation(`Error in expression '${this.text}': ${why}.`);
  }
}

function isArray(value: Value): value is Points[] {
  return Array.isArray(value) && Array.isArray(value[0]);
}

function pointOf(value: Value, i: number): number | undefined {
  return typeof value === 'number' ? value : (value as Points)[i];
}

/** Over several series, period by period. */
function across(series: Points[], reduce: (values: number[]) => number): Points {
  return (series[0] ?? []).map((_, i) => {
    const values = series.flatMap((points) => points[i] ?? []);
    return values.length === 0 ? undefined : reduce(values);
  });
}

/** Over one series, all periods together. */
function along(value: number | Points, reduce: (values: number[]) => number): Value {
  if (typeof value === 'number') return value;
  const values = value.filter((one) => one !== undefined);
  return values.length === 0 ? value : reduce(values);
}
