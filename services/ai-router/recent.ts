/**
 * What was loaded last, while it is young enough; those who come while it is being loaded wait for the same. A failure
 * is not kept.
 * @param maxAgeMs milliseconds
 */
export function recent<T>(maxAgeMs: number, load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  let loadedAt = 0;
  return () => {
    if (loading && performance.now() - loadedAt < maxAgeMs) return loading;
    loadedAt = performance.now();
    const mine = load();
    loading = mine;
    mine.catch(() => {
      if (loading === mine) loading = undefined;
    });
    return mine;
  };
}
