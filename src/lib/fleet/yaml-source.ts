import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';

/** A mistake in a definition file, where a person can find it. */
export interface Problem {
  /** Relative to the folder of gsys.yaml. */
  file: string;
  line: number;
  /** `environments.local.slot` */
  path: string;
  message: string;
}

/** One YAML file of the definition: its value, and the line of each of its parts. */
export interface YamlSource {
  file: string;
  value: unknown;
  /** Mistakes of YAML itself: indentation, quotes, a key twice. */
  problems: Problem[];
  problem(at: PropertyKey[], message: string): Problem;
}

export function yamlSource(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const lineOf = (at: PropertyKey[]): number => {
    for (let depth = at.length; depth >= 0; depth--) {
      const offset = offsetOf(document.contents, at.slice(0, depth));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return 1;
  };
  const problem = (at: PropertyKey[], message: string): Problem => ({
    file,
    line: lineOf(at),
    path: showPath(at),
    message,
  });
  return {
    file,
    value: document.errors.length === 0 ? document.toJS() : undefined,
    problems: document.errors.map((error) => ({
      file,
      line: lines.linePos(error.pos[0]).line,
      path: '',
      message: firstLine(error.message),
    })),
    problem,
  };
}

/** Parses a file's value by its schema; mistakes come back as problems, all at once. */
export function parseBy<Schema extends z.ZodType>(
  source: YamlSource,
  schema: Schema,
): { value?: z.infer<Schema>; problems: Problem[] } {
  if (source.problems.length > 0) return { problems: source.problems };
  const result = schema.safeParse(source.value);
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(source, issue)) };
}

function problemsOf(source: YamlSource, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => source.problem([...issue.path, key], 'unknown key'));
  }
  if (issue.code === 'invalid_key' || (issue.code === 'invalid_format' && issue.format === 'regex')) {
    const expected = issue.message.startsWith('Invalid') ? issue.message : `expected ${issue.message}`;
    return [source.problem(issue.path, `${expected}, got ${shown(source.value, issue.path)}`)];
  }
  return [source.problem(issue.path, issue.message.replace(/^Invalid input: /, ''))];
}

function shown(value: unknown, at: PropertyKey[]): string {
  const found = at.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  return JSON.stringify(found) ?? 'nothing';
}

function offsetOf(node: Node | null, at: PropertyKey[]): number | undefined {
  const [key, ...rest] = at;
  if (key === undefined) return node?.range?.[0];
  if (isMap(node)) {
    const pair = node.items.find((item) => String(item.key) === String(key));
    if (pair === undefined) return undefined;
    return rest.length === 0 ? (pair.key as Node).range?.[0] : offsetOf(pair.value as Node | null, rest);
  }
  const items = (node as { items?: Node[] } | null)?.items;
  const item = items?.[Number(key)];
  return item === undefined ? undefined : offsetOf(item, rest);
}

function showPath(at: PropertyKey[]): string {
  return at
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
