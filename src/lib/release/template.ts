import { readFileSync } from 'node:fs';
import { GsysError, messageOf } from '../errors.ts';
import { parseJson } from './plan/parse-json.ts';

export type TemplateValue = string | number | boolean | object;

/**
 * A JSON file with `${name}` in its strings, filled in. A string that is nothing but one placeholder becomes the
 * value itself, so that numbers and lists keep their type; anywhere else the value becomes text.
 * @throws GsysError INVALID_DEFINITION with the line of whatever is no JSON, and of every placeholder that nothing
 *   fills, that text cannot hold, or that was left over
 */
export function renderTemplate(file: string, variables: Record<string, TemplateValue>): unknown {
  const text = readText(file);
  const problems = new Map<string, string>();
  const rendered = fill(parseJson(file, text), {
    value(placeholder, name) {
      const value = lookUp(variables, name);
      if (value === undefined) problems.set(placeholder, `nothing fills ${placeholder}`);
      return value;
    },
    text(placeholder, name) {
      const value = this.value(placeholder, name);
      if (typeof value === 'object')
        problems.set(placeholder, `${placeholder} is no text: it must stand alone`);
      return String(value);
    },
    left(part) {
      problems.set(part, `a placeholder is left over: ${part}`);
    },
  });
  if (problems.size === 0) return rendered;
  throw new GsysError('INVALID_DEFINITION', 'the template cannot be filled in', {
    details: [...problems].flatMap(([part, problem]) =>
      linesOf(text, part).map((line) => `${file}:${line}: ${problem}`),
    ),
    next: `use one of: ${Object.keys(variables).join(', ')}`,
  });
}

interface Filler {
  value(placeholder: string, name: string): TemplateValue | undefined;
  text(placeholder: string, name: string): string;
  /** What looks like a placeholder where none can be. */
  left(part: string): void;
}

const WHOLE = /^\$\{([^{}]*)\}$/;
const PART = /\$\{([^{}]*)\}/g;
/** Of what is no placeholder: its beginning. */
const LEFT = /\$\{.{0,20}/s;

function fill(value: unknown, filler: Filler): unknown {
  if (typeof value === 'string') return fillText(value, filler);
  if (Array.isArray(value)) return value.map((item) => fill(item, filler));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const [left] = LEFT.exec(key) ?? [];
      if (left !== undefined) filler.left(left);
      return [key, fill(item, filler)];
    }),
  );
}

function fillText(text: string, filler: Filler): unknown {
  const name = WHOLE.exec(text)?.[1];
  if (name !== undefined) return filler.value(text, name);
  const [left] = LEFT.exec(text.replace(PART, '')) ?? [];
  if (left !== undefined) filler.left(left);
  return text.replace(PART, (placeholder, part: string) => filler.text(placeholder, part));
}

/** `health.interval` reaches into a value; what every object has by birth is no value. */
function lookUp(variables: object, name: string): TemplateValue | undefined {
  return name
    .split('.')
    .reduce<unknown>(
      (part, key) =>
        typeof part === 'object' && part !== null && Object.hasOwn(part, key)
          ? (part as Record<string, unknown>)[key]
          : undefined,
      variables,
    ) as TemplateValue | undefined;
}

/** Every line that holds it; the first where it is written with escapes. */
function linesOf(text: string, part: string): number[] {
  const lines = text.split('\n').flatMap((line, i) => (line.includes(part) ? [i + 1] : []));
  return lines.length === 0 ? [1] : lines;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GsysError('INVALID_DEFINITION', `cannot read the template ${file}: ${messageOf(cause)}`, {
      cause,
    });
  }
}
