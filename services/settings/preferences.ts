import { CATALOGUE, type SettingValue } from './catalogue.ts';

/** What a player has set, as it lies in the bucket. Defaults are never stored, so that they can change. */
export type Preferences = Record<string, { value: SettingValue; modifiedMs: number }>;

export interface Change {
  preferences: Preferences;
  /** Keys whose value is another one now; sorted. */
  changed: string[];
}

/** @param merge whether keys that are not among the values keep what they have, or go back to their defaults */
export function withValues(
  current: Preferences,
  values: Record<string, SettingValue>,
  merge: boolean,
  nowMs: number,
): Change {
  const kept = merge ? current : pick(current, Object.keys(values));
  const preferences = { ...kept };
  for (const [key, value] of Object.entries(values))
    if (current[key]?.value !== value) preferences[key] = { value, modifiedMs: nowMs };
  return { preferences, changed: differing(current, preferences) };
}

/** @param keys none means all */
export function without(current: Preferences, keys: string[]): Change {
  const gone = keys.length === 0 ? Object.keys(current) : keys;
  const kept = Object.keys(current).filter((key) => !gone.includes(key));
  const preferences = pick(current, kept);
  return { preferences, changed: differing(current, preferences) };
}

function pick(preferences: Preferences, keys: string[]): Preferences {
  return Object.fromEntries(Object.entries(preferences).filter(([key]) => keys.includes(key)));
}

function differing(before: Preferences, after: Preferences): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key]?.value !== after[key]?.value && key in CATALOGUE).sort();
}
