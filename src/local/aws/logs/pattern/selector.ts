import type { Scanner } from './scanner.ts';

/** A member's name, an element's number, or every one of them. */
type Step = string | number | typeof EVERY;
const EVERY = Symbol('*');

/** `$.a.b`, `$.list[0].id`, `$.list[*]`, `$.*`, `$.['odd name']`: every value that it leads to. */
export type Selector = (document: unknown) => unknown[];

export function readSelector(scanner: Scanner): Selector {
  if (!scanner.took('$')) scanner.fail('a selector must begin with $');
  const steps: Step[] = [];
  for (let step = readStep(scanner); step !== undefined; step = readStep(scanner)) steps.push(step);
  if (steps.length === 0) scanner.fail('a selector must name a member');
  return (document) =>
    steps.reduce((values, step) => values.flatMap((value) => follow(value, step)), [document]);
}

function readStep(scanner: Scanner): Step | undefined {
  const dot = scanner.took('.');
  if (scanner.took('[')) {
    const named =
      scanner.match(/\s*(?:'([^']*)'|"([^"]*)"|(\d+)|(\*))\s*\]/y) ?? scanner.fail('a bracket is not closed');
    if (named[3] !== undefined) return Number(named[3]);
    return named[4] === undefined ? (named[1] ?? named[2] ?? '') : EVERY;
  }
  if (!dot) return undefined;
  if (scanner.took('*')) return EVERY;
  return scanner.match(/[\p{L}\p{N}_@:-]+/uy)?.[0] ?? scanner.fail('a member’s name is missing');
}

function follow(value: unknown, step: Step): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  if (step === EVERY) return Object.values(value);
  if (typeof step === 'number') return Array.isArray(value) && step < value.length ? [value[step]] : [];
  return !Array.isArray(value) && Object.hasOwn(value, step)
    ? [(value as Record<string, unknown>)[step]]
    : [];
}
