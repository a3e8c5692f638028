const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * @param text `500ms`, `30s`, `5m`, `2h`, `1d`, with a sign if it may go back
 * @returns milliseconds, or undefined when it is nothing of the kind
 */
export function parseDuration(text: string): number | undefined {
  const [, sign, count, unit] = /^([+-]?)(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * Number(count) * (UNITS[unit] ?? 0);
}
