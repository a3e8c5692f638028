import type { JsonObject } from '@bufbuild/protobuf';
import { Mode } from '../gen/performance_mode_pb.js';
import { invalid, oneOf } from '../sdk/fields.ts';
import { numberOf } from '../sdk/json-fields.ts';

/** Everything about looks that costs frames or memory. */
export interface Settings {
  target_fps: number;
  /** Of the display's own, 0.5 to 1. */
  resolution_scale: number;
  texture_quality: string;
  shadow_quality: string;
  effects_quality: string;
  /** Meters. */
  view_distance: number;
}

type Rule = { allowed: (string | number)[] } | { min: number; max: number };

export const FRAME_RATES = [30, 60, 90, 120];
export const QUALITIES = ['low', 'medium', 'high'];
export const LEAST_VIEW = 500;

const RULES: Record<keyof Settings, Rule> = {
  target_fps: { allowed: FRAME_RATES },
  resolution_scale: { min: 0.5, max: 1 },
  texture_quality: { allowed: QUALITIES },
  shadow_quality: { allowed: QUALITIES },
  effects_quality: { allowed: QUALITIES },
  view_distance: { min: LEAST_VIEW, max: 5000 },
};

export type Preset = Exclude<Mode, Mode.UNSPECIFIED | Mode.CUSTOM>;

export const PRESETS: Record<Preset, Settings> = {
  [Mode.PERFORMANCE]: preset(60, 0.7, 'low', 1000),
  [Mode.BALANCED]: preset(60, 0.85, 'medium', 2000),
  [Mode.QUALITY]: preset(60, 1, 'high', 4000),
};

/** @throws ServiceError INVALID_ARGUMENT for a key that there is not, and for a value that it cannot have */
export function withCustom(settings: Settings, custom: JsonObject): Settings {
  for (const [key, value] of Object.entries(custom)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as keyof Settings] : undefined;
    if (!rule) throw invalid(`custom_settings: there is no setting ${JSON.stringify(key)}.`);
    const field = `custom_settings.${key}`;
    if ('allowed' in rule) oneOf(field, value, rule.allowed);
    else numberOf(field, value, rule.min, rule.max);
  }
  return { ...settings, ...custom };
}

function preset(fps: number, scale: number, quality: string, view: number): Settings {
  return {
    target_fps: fps,
    resolution_scale: scale,
    texture_quality: quality,
    shadow_quality: quality,
    effects_quality: quality,
    view_distance: view,
  };
}
