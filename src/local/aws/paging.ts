import type { AwsError } from './service.ts';

export interface PageRequest<T> {
  /** Orders the items and marks where a page ended; unique. */
  key(item: T): string;
  descending?: boolean;
  limit: number;
  token: string | undefined;
  /** The service's error for a token that it did not give out. */
  badToken(): AwsError;
}

/** One page. The token is the last key given out, so items that come and go meanwhile neither repeat nor hide others. */
export function page<T>(
  items: Iterable<T>,
  { key, descending = false, limit, token, badToken }: PageRequest<T>,
): { items: T[]; nextToken: string | undefined } {
  const order = (a: string, b: string) => (a === b ? 0 : a < b !== descending ? -1 : 1);
  const after = token === undefined ? undefined : decodeToken(token, badToken);
  const rest = [...items]
    .map((item) => ({ item, key: key(item) }))
    .filter((it) => after === undefined || order(it.key, after) > 0)
    .sort((a, b) => order(a.key, b.key));
  const given = rest.slice(0, limit);
  return {
    items: given.map(({ item }) => item),
    nextToken: rest.length > limit ? encodeToken(given.at(-1)?.key ?? '') : undefined,
  };
}

/** A page size within the service's bounds, or its error. */
export function pageSize(
  asked: number | undefined,
  { most, usual, refuse }: { most: number; usual: number; refuse(message: string): AwsError },
): number {
  const size = asked ?? usual;
  if (!Number.isInteger(size) || size < 1 || size > most)
    throw refuse(`1 validation error detected: the page size ${size} must be between 1 and ${most}`);
  return size;
}

const MARK = 'gsys1:';

export function encodeToken(value: string): string {
  return Buffer.from(MARK + value).toString('base64url');
}

export function decodeToken(token: string, badToken: () => AwsError): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(MARK)) throw badToken();
  return text.slice(MARK.length);
}
