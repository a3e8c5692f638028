import { invalidParameter } from '../errors.ts';

export interface Page {
  items: string[];
  nextToken: string | undefined;
}

interface PageRequest {
  maxResults?: number | undefined;
  nextToken?: string | undefined;
}

/**
 * One page of names in their order; the token is the last name of the page before.
 * @param all in the same order, where a name may drop out of the list between two of its pages
 */
export function pageOf(
  names: string[],
  request: PageRequest,
  sizes: { default: number; max: number },
  all = names,
): Page {
  const size = request.maxResults ?? sizes.default;
  if (!Number.isInteger(size) || size < 1 || size > sizes.max)
    throw invalidParameter(`maxResults must be between 1 and ${sizes.max}.`);
  const rest = request.nextToken === undefined ? names : namesAfter(decode(request.nextToken), names, all);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return { items, nextToken: last !== undefined && size < rest.length ? encode(last) : undefined };
}

function namesAfter(name: string, names: string[], all: string[]): string[] {
  const at = all.indexOf(name);
  if (at === -1) throw invalidParameter('Invalid token.');
  const after = new Set(all.slice(at + 1));
  return names.filter((one) => after.has(one));
}

/** @throws when a batch is empty or larger than AWS takes */
export function requireBatch(values: string[] | undefined, noun: string, max: number): string[] {
  if (!values || values.length === 0) throw invalidParameter(`${noun} cannot be empty.`);
  if (values.length > max) throw invalidParameter(`${noun} cannot have more than ${max} elements.`);
  return values;
}

function encode(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function decode(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}
