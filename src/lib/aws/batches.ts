/** Slices for APIs that take at most `size` names a call. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** One call per slice, all at once, results in order. */
export async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  call: (slice: T[]) => Promise<R[]>,
): Promise<R[]> {
  return (await Promise.all(batches(items, size).map(call))).flat();
}

/** Follows nextToken to the end; a token that comes back unchanged ends it too. */
export async function allPages<R>(
  page: (token: string | undefined) => Promise<{ items: R[]; next: string | undefined }>,
): Promise<R[]> {
  const all: R[] = [];
  for (let token: string | undefined; ; ) {
    const { items, next } = await page(token);
    all.push(...items);
    if (next === undefined || next === token) return all;
    token = next;
  }
}
