import type { JsonObject } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Meta } from '../gen/common_pb.js';
import {
  type GameStateUpdate,
  GameStateUpdateAckSchema,
  GameStateUpdateSchema,
  GetStateRequestSchema,
  GetStateResponseSchema,
  Operation,
  OperationSchema,
} from '../gen/state_manager_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events, NewEvent } from '../sdk/events.ts';
import { enumOf, idOf, invalid, jsonOf, playerOf } from '../sdk/fields.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { nextValue, type Stored } from './change.ts';

/** Both endpoints over the bucket that all tasks share. */
export function stateEndpoints(states: Records, events: Events): Record<string, Endpoint> {
  return {
    update: endpoint(GameStateUpdateSchema, GameStateUpdateAckSchema, async (request, { meta, key, log }) => {
      const { kind, id, state } = targetOf(request);
      assertOwn(kind, id, meta);
      const change = {
        state: isDelete(request.op) ? undefined : jsonOf(`${kind}.state`, state),
        expectedVersion: request.expectedVersion,
      };
      const version = await states.change(recordOf(kind, id), key, (current: Stored | undefined) => {
        const next = nextValue(current, change);
        return { next, result: next.version };
      });
      await events.announce(`evt.state.${kind}.updated.v1`, updated(request, kind, id, version), log);
      return { ok: true, newVersion: BigInt(version) };
    }),

    get: endpoint(GetStateRequestSchema, GetStateResponseSchema, async ({ target }) => {
      if (target.case === undefined) throw invalid('target is missing: player_id or entity_id.');
      const kind = target.case === 'playerId' ? 'player' : 'entity';
      const stored = await states.get<Stored>(recordOf(kind, target.value));
      if (stored?.state === undefined)
        throw new ServiceError(Code.NOT_FOUND, `There is no state of this ${kind}.`);
      return { state: stored.state, version: BigInt(stored.version) };
    }),
  };
}

type Kind = 'player' | 'entity';

function targetOf({ target }: GameStateUpdate): { kind: Kind; id: string; state: JsonObject } {
  if (target.case === undefined) throw invalid('target is missing: player or entity.');
  const { state = {} } = target.value;
  return target.case === 'player'
    ? { kind: 'player', id: target.value.playerId, state }
    : { kind: 'entity', id: target.value.entityId, state };
}

/**
 * A player's own are its state, and entities that bear its name in the second place: `quest.<player>.…`. Without a user
 * it is a service that asks.
 * @throws ServiceError PERMISSION_DENIED
 */
function assertOwn(kind: Kind, id: string, meta: Meta | undefined): void {
  if (kind === 'player') return void playerOf(id, meta);
  const [, named = ''] = /^[a-z_-]+\.(.+)$/s.exec(id) ?? [];
  if (meta?.userId && !named.startsWith(`${meta.userId}.`))
    throw new ServiceError(Code.PERMISSION_DENIED, 'entity_id is none of the player who asks.');
}

function isDelete(op: Operation): boolean {
  return enumOf('op', OperationSchema, op) === Operation.DELETE;
}

function recordOf(kind: Kind, id: string): string {
  return `${kind}.${safeKey(idOf(`${kind}_id`, id))}`;
}

/** A retry makes the same id, and so the same event. */
function updated({ op, eventTime }: GameStateUpdate, kind: Kind, id: string, version: number): NewEvent {
  return {
    id: `state.${kind}.${id}.${version}`,
    payload: { [`${kind}_id`]: id, version, deleted: op === Operation.DELETE },
    ...(eventTime && { timestampMs: timestampMs(eventTime) }),
  };
}
