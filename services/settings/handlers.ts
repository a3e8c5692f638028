import {
  GetRequestSchema,
  GetResponseSchema,
  ResetRequestSchema,
  ResetResponseSchema,
  type Setting,
  UpdateRequestSchema,
  UpdateResponseSchema,
} from '../gen/settings_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, invalid, playerOf } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import type { RequestContext } from '../sdk/request-context.ts';
import { CATALOGUE, fault, type SettingValue, typeOf } from './catalogue.ts';
import { type Change, type Preferences, without, withValues } from './preferences.ts';

/** The three endpoints over the bucket that all tasks share. */
export function settingsEndpoints(
  preferences: Records,
  events: Events,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  const changed = async (playerId: string, keys: string[], { key, log }: RequestContext) => {
    if (keys.length === 0) return;
    // A retry tells of the first change again: it is the same event.
    const id = key && { id: `settings.${hashOf(playerId, key.id)}` };
    await events.announce('evt.settings.changed.v1', { ...id, payload: { player_id: playerId, keys } }, log);
  };
  return {
    get: endpoint(GetRequestSchema, GetResponseSchema, async ({ playerId, settingKeys }) => {
      const record = recordOf(playerId);
      assertKnown(settingKeys);
      const stored = (await preferences.get<Preferences>(record)) ?? {};
      const keys = settingKeys.length > 0 ? settingKeys : Object.keys(CATALOGUE).sort();
      return { settings: keys.map((name) => describe(name, stored)) };
    }),

    update: endpoint(
      UpdateRequestSchema,
      UpdateResponseSchema,
      async ({ playerId, settings, merge }, context) => {
        const record = recordOf(playerOf(playerId, context.meta));
        const values = valuesOf(settings);
        const updatedKeys = await preferences.change(record, context.key, (stored: Preferences = {}) =>
          outcomeOf(withValues(stored, values, merge ?? true, now())),
        );
        await changed(playerId, updatedKeys, context);
        return { updatedCount: updatedKeys.length, updatedKeys };
      },
    ),

    reset: endpoint(ResetRequestSchema, ResetResponseSchema, async ({ playerId, settingKeys }, context) => {
      const record = recordOf(playerOf(playerId, context.meta));
      assertKnown(settingKeys);
      const resetKeys = await preferences.change(record, context.key, (stored: Preferences = {}) =>
        outcomeOf(without(stored, settingKeys)),
      );
      await changed(playerId, resetKeys, context);
      return { resetCount: resetKeys.length, resetKeys };
    }),
  };
}

function recordOf(playerId: string): string {
  return safeKey(idOf('player_id', playerId));
}

function outcomeOf({ preferences, changed }: Change) {
  return { next: changed.length > 0 ? preferences : undefined, result: changed };
}

function assertKnown(keys: string[]): void {
  for (const key of keys) ruleOf(key);
}

function ruleOf(key: string) {
  const rule = Object.hasOwn(CATALOGUE, key) ? CATALOGUE[key] : undefined;
  if (!rule) throw invalid(`There is no setting ${JSON.stringify(key)}.`);
  return rule;
}

function valuesOf(settings: Setting[]): Record<string, SettingValue> {
  const values: Record<string, SettingValue> = {};
  for (const { key, valueType, value } of settings) {
    const rule = ruleOf(key);
    if (key in values) throw invalid(`${key} is given twice.`);
    if (valueType !== '' && valueType !== typeOf(rule)) throw invalid(`${key} is a ${typeOf(rule)}.`);
    const given = value?.kind.value;
    const wrong = fault(rule, given);
    if (wrong) throw invalid(`${key} ${wrong}.`);
    values[key] = given as SettingValue;
  }
  return values;
}

function describe(key: string, stored: Preferences) {
  const rule = ruleOf(key);
  const own = stored[key];
  // A value that was fine when it was stored may be outside of a catalogue that has changed since.
  const valid = own && fault(rule, own.value) === undefined ? own : undefined;
  return {
    key,
    valueType: typeOf(rule),
    value: toValue(valid?.value ?? rule.default),
    isDefault: valid === undefined,
    ...(valid ? { lastModifiedMs: BigInt(valid.modifiedMs) } : {}),
  };
}

function toValue(value: SettingValue) {
  if (typeof value === 'string') return { kind: { case: 'stringValue' as const, value } };
  if (typeof value === 'number') return { kind: { case: 'numberValue' as const, value } };
  return { kind: { case: 'boolValue' as const, value } };
}
