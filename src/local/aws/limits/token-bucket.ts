/** How many requests at once, and how many a second in the long run. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** What is left of a bucket, and since when. */
export interface Bucket {
  tokens: number;
  /** Milliseconds of any clock that only goes forward. */
  at: number;
}

/**
 * One request against a bucket, which fills up evenly all the time.
 * @param bucket undefined for one that nobody has taken from yet
 * @returns the bucket afterwards, and whether there was a token for the request
 */
export function takeToken(
  bucket: Bucket | undefined,
  { burst, perSecond }: Rate,
  now: number,
): { bucket: Bucket; granted: boolean } {
  const { tokens, at } = bucket ?? { tokens: burst, at: now };
  const filled = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
  const granted = filled >= 1;
  return { bucket: { tokens: granted ? filled - 1 : filled, at: now }, granted };
}
