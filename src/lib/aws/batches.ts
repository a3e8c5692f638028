import { GsysError } from '../errors.ts';

/** Slices for APIs that take at most `size` names a call. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Calls under way at a time. At a tenth of a second each that is a hundred a second: more than AWS grants. */
const AT_ONCE = 10;

/** One call per slice, several at once, results in order. The first failure ends it: no further call is made. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  call: (slice: T[]) => Promise<R[]>,
): Promise<R[]> {
  const results: R[][] = [];
  const slices = batches(items, size).entries();
  let failed = false;
  const work = async () => {
    for (const [i, slice] of slices) {
      if (failed) return;
      results[i] = await call(slice).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results.flat();
}

/**
 * Follows nextToken to the end.
 * @throws GsysError ENDPOINT_UNREACHABLE for a token that was there before: such pages have no end, and lack the rest
 */
export async function allPages<R>(
  page: (token: string | undefined) => Promise<{ items: R[]; next: string | undefined }>,
): Promise<R[]> {
  const all: R[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const { items, next } = await page(token);
    for (const item of items) all.push(item);
    if (next === undefined) return all;
    if (seen.has(next))
      throw new GsysError('ENDPOINT_UNREACHABLE', 'the endpoint tells of the same page again and again');
    seen.add(next);
    token = next;
  }
}
