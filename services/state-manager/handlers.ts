import type { JsonObject } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
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
import { enumOf, idOf, invalid, jsonOf } from '../sdk/fields.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { nextValue, type Stored } from './change.ts';

/** Both endpoints over the bucket that all tasks share. */
export function stateEndpoints(states: Bucket, events: Events): Record<string, Endpoint> {
  return {
    update: endpoint(GameStateUpdateSchema, GameStateUpdateAckSchema, async (request, { meta, log }) => {
      const { kind, id, state } = targetOf(request);
      const change = {
        state: isDelete(request.op) ? undefined : jsonOf(`${kind}.state`, state),
        expectedVersion: request.expectedVersion,
        idempotencyKey: meta?.idempotencyKey ?? '',
      };
      let version = 0;
      await states.update<Stored>(keyOf(kind, id), (current) => {
        const next = nextValue(current, change);
        version = (next ?? current)?.version ?? 0;
        return next;
      });
      await events.announce(`evt.state.${kind}.updated.v1`, updated(request, kind, id, version), log);
      return { ok: true, newVersion: BigInt(version) };
    }),

    get: endpoint(GetStateRequestSchema, GetStateResponseSchema, async ({ target }) => {
      if (target.case === undefined) throw invalid('target is missing: player_id or entity_id.');
      const kind = target.case === 'playerId' ? 'player' : 'entity';
      const stored = await states.get<Stored>(keyOf(kind, target.value));
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

function isDelete(op: Operation): boolean {
  return enumOf('op', OperationSchema, op) === Operation.DELETE;
}

function keyOf(kind: Kind, id: string): string {
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
