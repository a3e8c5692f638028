import { GsysError } from '../errors.ts';

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * @param flag whose text it is
 * @param text `90s`, `15m`, `2h`, `1d`, or a date in ISO 8601
 * @returns milliseconds since the epoch
 * @throws GsysError USAGE
 */
export function parseSince(text: string, now: number, flag = '--since'): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw new GsysError(
    'USAGE',
    `${flag} ${JSON.stringify(text)} is neither an age (90s, 15m, 2h, 1d) nor a date`,
  );
}
