import { type JsonValue, toJson } from '@bufbuild/protobuf';
import { type Value, ValueSchema } from '@bufbuild/protobuf/wkt';
import type { Entity, UpdateStateRequest } from '../gen/world_state_pb.js';
import { idOf, idsOf, invalid, jsonOf, listOf } from '../sdk/fields.ts';
import type { Given } from './entity.ts';
import type { Update } from './worlds.ts';

/** Entities that a request names: each is a read or a write of its own. */
export const MOST_ENTITIES = 100;
export const MOST_TAGS = 32;
const MOST_FLAGS = 100;

/** @throws ServiceError INVALID_ARGUMENT */
export function updateOf(request: UpdateStateRequest): Update {
  const { entitiesToUpdate, globalFlagsToUpdate, entityIdsToRemove, merge = true } = request;
  const entities = listOf('entities_to_update', entitiesToUpdate, MOST_ENTITIES).map(givenOf);
  const removed = idsOf('entity_ids_to_remove', entityIdsToRemove, MOST_ENTITIES);
  const named = [...entities.map(({ id }) => id), ...removed];
  const twice = named.find((id, i) => named.indexOf(id) !== i);
  if (twice !== undefined) throw invalid(`Entity ${JSON.stringify(twice)} is named twice.`);
  const flags = listOf('global_flags_to_update', Object.entries(globalFlagsToUpdate), MOST_FLAGS);
  if (named.length + flags.length === 0) throw invalid('The request names nothing to update.');
  return { entities, removed, flags: new Map(flags.map(flagOf)), merge };
}

function givenOf(entity: Entity, i: number): Given {
  const field = `entities_to_update[${i}]`;
  const { entityId, entityType, properties = {}, tags, stateData = {} } = entity;
  return {
    id: idOf(`${field}.entity_id`, entityId),
    type: entityType === '' ? '' : idOf(`${field}.entity_type`, entityType),
    properties: jsonOf(`${field}.properties`, properties),
    tags: idsOf(`${field}.tags`, tags, MOST_TAGS),
    state: jsonOf(`${field}.state_data`, stateData),
  };
}

function flagOf([name, value]: [string, Value]): [string, JsonValue] {
  idOf('A name in global_flags_to_update', name);
  try {
    return [name, toJson(ValueSchema, value)];
  } catch {
    // One without a kind, or a number that JSON has not.
    throw invalid(`global_flags_to_update.${name} is no JSON value.`);
  }
}
