import { readFileSync } from 'node:fs';
import { GsysError, messageOf } from '../errors.ts';

export type TemplateValue = string | number | boolean | object;

/**
 * A JSON file with `${name}` in its strings, filled in. A string that is nothing but one placeholder becomes the
 * value itself, so that numbers and lists keep their type; anywhere else the value becomes text.
 * @throws GsysError INVALID_DEFINITION with the line of every placeholder that nothing fills
 */
export function renderTemplate(file: string, variables: Record<string, TemplateValue>): unknown {
  const text = readText(file);
  const details: string[] = [];
  const lookUp = (name: string): TemplateValue | undefined => {
    const value = name
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], variables);
    if (value === undefined)
      details.push(`${file}:${lineOf(text, `\${${name}}`)}: nothing fills \${${name}}`);
    return value as TemplateValue | undefined;
  };
  const rendered = fill(parse(file, text), lookUp);
  if (details.length === 0) return rendered;
  throw new GsysError('INVALID_DEFINITION', `the template cannot be filled in`, {
    details: [...new Set(details)],
    next: `use one of: ${Object.keys(variables).join(', ')}`,
  });
}

const WHOLE = /^\$\{([\w.]+)\}$/;
const PART = /\$\{([^}]*)\}/g;

function fill(value: unknown, lookUp: (name: string) => TemplateValue | undefined): unknown {
  if (typeof value === 'string') {
    const name = WHOLE.exec(value)?.[1];
    if (name !== undefined) return lookUp(name);
    return value.replace(PART, (_, part: string) => String(lookUp(part)));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, lookUp));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, lookUp)]));
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

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GsysError('INVALID_DEFINITION', `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

function lineOf(text: string, part: string): number {
  return text.slice(0, Math.max(0, text.indexOf(part))).split('\n').length;
}
