/** The name under which a date is written. Names in evidence that begin like it get one more of these. */
const DATE = '$date';
const MARK = '$';

/** Evidence as text: JSON in which dates stay dates. */
export function encode(value: unknown): string {
  return `${JSON.stringify(marked(value), undefined, 1)}\n`;
}

/** @throws SyntaxError for what is no JSON */
export function decode(text: string): unknown {
  return unmarked(JSON.parse(text));
}

function marked(value: unknown): unknown {
  if (value instanceof Date) return { [DATE]: value.toISOString() };
  return overEntries(value, marked, (name) => (name.startsWith(MARK) ? MARK + name : name));
}

function unmarked(value: unknown): unknown {
  const date = (value as { [DATE]?: unknown } | null)?.[DATE];
  if (typeof date === 'string') return new Date(date);
  return overEntries(value, unmarked, (name) => (name.startsWith(MARK) ? name.slice(MARK.length) : name));
}

/** A copy of plain data with every value, and every name, passed through; other values as they are. */
export function overEntries(
  value: unknown,
  change: (value: unknown, name: string | undefined) => unknown,
  rename: (name: string) => string = (name) => name,
): unknown {
  if (Array.isArray(value)) return value.map((entry) => change(entry, undefined));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [rename(name), change(entry, name)]),
  );
}
