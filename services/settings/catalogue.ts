/** Every setting there is, its type and what it is until the player says otherwise. Add one here, and it exists. */
export const CATALOGUE: Record<string, SettingRule> = {
  language: { default: 'en', allowed: ['de', 'en', 'es', 'fr', 'it', 'ja', 'ko', 'pl', 'pt', 'ru', 'zh'] },
  subtitles: { default: true },
  subtitle_size: { default: 'medium', allowed: ['small', 'medium', 'large'] },
  volume_master: { default: 0.8, min: 0, max: 1 },
  volume_music: { default: 0.6, min: 0, max: 1 },
  volume_effects: { default: 1, min: 0, max: 1 },
  volume_voice: { default: 1, min: 0, max: 1 },
  difficulty: { default: 'normal', allowed: ['easy', 'normal', 'hard'] },
  invert_y: { default: false },
  mouse_sensitivity: { default: 1, min: 0.1, max: 10 },
  field_of_view: { default: 90, min: 60, max: 120 },
  colorblind_mode: { default: 'off', allowed: ['off', 'protanopia', 'deuteranopia', 'tritanopia'] },
  reduce_gore: { default: false },
};

export type SettingValue = string | number | boolean;

export type SettingRule =
  | { default: string; allowed: string[] }
  | { default: number; min: number; max: number }
  | { default: boolean };

/** `string`, `number` or `boolean`. */
export function typeOf(rule: SettingRule): string {
  return typeof rule.default;
}

/** @returns what is wrong with the value, or undefined */
export function fault(rule: SettingRule, value: unknown): string | undefined {
  if (typeof value !== typeof rule.default) return `must be a ${typeOf(rule)}`;
  if ('allowed' in rule && !rule.allowed.includes(value as string))
    return `must be one of ${rule.allowed.join(', ')}`;
  // Written so that NaN, which protobuf can carry, is outside of every range.
  if ('min' in rule && !((value as number) >= rule.min && (value as number) <= rule.max))
    return `must be between ${rule.min} and ${rule.max}`;
  return undefined;
}
