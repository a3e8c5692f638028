import { invalidParameter } from '../errors.ts';

export interface Page {
  items: string[];
  nextToken: string | undefined;
}

interface PageRequest {
  maxResults?: number | undefined;
  nextToken?: string | undefined;
}

/** One page of names in their order; the token is the last name of the page before. */
export function pageOf(names: string[], request: PageRequest, sizes: { default: number; max: number }): Page {
  const size = request.maxResults ?? sizes.default;
  if (!Number.isInteger(size) || size < 1 || size > sizes.max)
    throw invalidParameter(`maxResults must be between 1 and ${sizes.max}.`);
  const start = request.nextToken === undefined ? 0 : names.indexOf(decode(request.nextToken)) + 1;
  if (request.nextToken !== undefined && start === 0) throw invalidParameter('Invalid token.');
  const items = names.slice(start, start + size);
  const last = items.at(-1);
  return { items, nextToken: last !== undefined && start + size < names.length ? encode(last) : undefined };
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
