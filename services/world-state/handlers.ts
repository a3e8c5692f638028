import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import {
  GetStateRequestSchema,
  GetStateResponseSchema,
  SubscribeRequestSchema,
  SubscribeResponseSchema,
  UpdateStateRequestSchema,
  UpdateStateResponseSchema,
  type WorldStateSchema,
} from '../gen/world_state_pb.js';
import { callbackOwner } from '../sdk/callback.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { idOf, idsOf } from '../sdk/fields.ts';
import type { Entity } from './entity.ts';
import type { Flags } from './flags.ts';
import { matches } from './matches.ts';
import { MOST_ENTITIES, MOST_TAGS, updateOf } from './request.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Tell } from './tell.ts';
import type { Worlds } from './worlds.ts';

const MOST_TYPES = 32;
/** Bytes of a reply's entities in JSON: protobuf is about as large, and NATS carries 1 MiB. */
const MAX_REPLY = 524_288;

export interface WorldService {
  worlds: Worlds;
  subscriptions: Subscriptions;
  tell: Tell;
  now?: () => number;
}

export function worldEndpoints({
  worlds,
  subscriptions,
  tell,
  now = () => Date.now(),
}: WorldService): Record<string, Endpoint> {
  return {
    get_state: endpoint(GetStateRequestSchema, GetStateResponseSchema, async (request) => {
      const world = idOf('world_id', request.worldId);
      const ids = [...new Set(idsOf('entity_ids', request.entityIds, MOST_ENTITIES))];
      const filter = { types: [], tags: idsOf('tags', request.tags, MOST_TAGS) };
      const [flags, entities] = await Promise.all([
        worlds.flags(world),
        worlds.entities(world, ids.length > 0 ? ids : undefined),
      ]);
      const found = entities.filter((entity) => matches(entity, filter));
      return { worldState: worldMessage(world, found, flags, now()) };
    }),

    update_state: endpoint(
      UpdateStateRequestSchema,
      UpdateStateResponseSchema,
      async (request, { key, log }) => {
        const world = idOf('world_id', request.worldId);
        const { entities, flags, failures, ...done } = await worlds.apply(world, updateOf(request), key);
        await tell({ world, entities, flags }, log);
        if (failures.length > 0) throw failures[0];
        const { entitiesUpdated, flagsUpdated, latestMs } = done;
        return {
          ...{ entitiesUpdated, flagsUpdated },
          ...(latestMs !== undefined && { newTimestampMs: BigInt(latestMs) }),
        };
      },
    ),

    subscribe: endpoint(SubscribeRequestSchema, SubscribeResponseSchema, async (request) => {
      const world = idOf('world_id', request.worldId);
      const filter = {
        types: idsOf('entity_types', request.entityTypes, MOST_TYPES),
        tags: idsOf('tags', request.tags, MOST_TAGS),
      };
      callbackOwner(request.callbackSubject);
      const subscriptionId = await subscriptions.put(world, request.callbackSubject, filter);
      const matching = (await worlds.entities(world)).filter((entity) => matches(entity, filter));
      return { subscriptionId, matchedEntities: matching.length };
    }),
  };
}

function worldMessage(
  worldId: string,
  entities: Entity[],
  flags: Flags,
  nowMs: number,
): MessageInitShape<typeof WorldStateSchema> {
  const bytes = Buffer.byteLength(JSON.stringify([entities, flags]));
  if (bytes > MAX_REPLY)
    throw new ServiceError(
      Code.RESOURCE_EXHAUSTED,
      `${entities.length} entities have ${bytes} bytes; a reply holds ${MAX_REPLY}. Ask by entity_ids or tags.`,
    );
  return {
    worldId,
    entities: entities
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, type, properties, tags, updatedMs, state }) => ({
        entityId: id,
        entityType: type,
        properties,
        tags,
        lastUpdatedMs: BigInt(updatedMs),
        stateData: state,
      })),
    globalFlags: Object.fromEntries(
      Object.entries(flags).map(([name, { value }]) => [name, fromJson(ValueSchema, value)]),
    ),
    timestampMs: BigInt(nowMs),
  };
}
