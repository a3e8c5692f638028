import { randomUUID } from 'node:crypto';
import { NotConnected } from '../sdk/call-errors.ts';
import type { Link } from '../sdk/connect.ts';
import { type Events, encodeEvent } from '../sdk/events.ts';
import type { Logger } from '../sdk/log.ts';
import type { Entity, EntityChange } from './entity.ts';
import { matches } from './matches.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What a request has changed in a world; nothing that is as it was before. */
export interface WorldChange {
  world: string;
  entities: EntityChange[];
  /** Names. */
  flags: string[];
}

/** Tells of a change that is made already: what cannot be told is in the log. */
export type Tell = (change: WorldChange, log: Logger) => Promise<void>;

const ENTITY = 'evt.world.entity.updated.v1';

export function teller(link: Link, events: Events, subscriptions: Subscriptions): Tell {
  const callBack = async (world: string, told: ToldEntity[]) => {
    const all = await subscriptions.of(world);
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    for (const { change, event } of told)
      for (const { id, callback, ...filter } of all)
        if (versions(change).some((version) => matches(version, filter))) {
          const metadata = { world_id: world, subscription_id: id };
          nc.publish(callback, encodeEvent(ENTITY, { ...event, metadata }));
        }
    await nc.flush();
  };

  return async ({ world, entities, flags }, log) => {
    if (entities.length + flags.length === 0) return;
    const told = entities.map((change) => ({ change, event: entityEvent(world, change) }));
    const payload = { world_id: world, entity_ids: entities.map(({ id }) => id), flags };
    await Promise.all([
      ...told.map(({ event }) => events.announce(ENTITY, event, log)),
      events.announce('evt.world.state.changed.v1', { payload, metadata: { world_id: world } }, log),
      callBack(world, told).catch((error) => log.error({ err: error, world }, 'callbacks are lost')),
    ]);
  };
}

interface ToldEntity {
  change: EntityChange;
  /** One id, in the stream and for all who are called back. */
  event: ReturnType<typeof entityEvent>;
}

function entityEvent(world: string, { id, after, before }: EntityChange) {
  const { type = '', tags = [] } = after ?? before ?? {};
  return {
    id: randomUUID(),
    payload: {
      world_id: world,
      entity_id: id,
      entity_type: type,
      tags,
      removed: after === undefined,
      last_updated_ms: after?.updatedMs ?? null,
    },
    metadata: { world_id: world },
  };
}

function versions({ before, after }: EntityChange): Entity[] {
  return [before, after].filter((one) => one !== undefined);
}
