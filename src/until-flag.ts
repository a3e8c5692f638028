import { GsysError } from './lib/errors.ts';

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Of `--until`, or another flag: `90m`, `6h`, `2d`, or a date in ISO 8601 that is to come. @throws GsysError USAGE */
export function untilDate(text: string | undefined, now: Date, flag = '--until'): Date | undefined {
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const date =
    unit === undefined ? new Date(text) : new Date(now.getTime() + Number(count) * (UNITS[unit] ?? 0));
  if (date > now) return date;
  throw new GsysError(
    'USAGE',
    `${flag} ${JSON.stringify(text)} is neither a time from now (90m, 6h, 2d) nor a date to come`,
  );
}
