import { bytes } from '../bytes.ts';

/** What nobody knows has no number. */
const UNKNOWN = '-';

/** `0.5`, `12.1`, `1240`, `12.4k`: a second. */
export function rate(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  if (value < 100) return value.toFixed(1);
  return value < 10_000 ? String(Math.round(value)) : `${(value / 1000).toFixed(1)}k`;
}

/** `12.5%`; what is little is not nothing, and what is not all is not 100. @param share 0 to 1 */
export function percent(share: number | undefined): string {
  if (share === undefined) return UNKNOWN;
  if (share > 0 && share < 0.001) return '<0.1%';
  if (share < 1 && share > 0.999) return '99.9%';
  return share === 0 || share === 1 ? `${share * 100}%` : `${(share * 100).toFixed(1)}%`;
}

/** Of milliseconds: `0.42`, `3.2`, `120`. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value < 1 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value));
}

export function size(value: number | undefined): string {
  return value === undefined ? UNKNOWN : bytes(Math.round(value));
}

export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : String(value);
}

export function days(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${value}d`;
}

/** `04:01:12`, local. @param at milliseconds since the epoch */
export function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
