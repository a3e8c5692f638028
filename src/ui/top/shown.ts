import type { Notice } from '../../lib/observe/top/notices.ts';
import { alarmsInOrder, servicesInOrder } from '../../lib/observe/top/order.ts';
import type { AlarmRow, ServiceRow, TopSnapshot } from '../../lib/observe/top/rows.ts';
import { chosen, type Scene } from './after-key.ts';
import type { TopState } from './state.ts';

/** What of a snapshot is drawn, in its order. */
export interface Shown {
  services: ServiceRow[];
  alarms: AlarmRow[];
  events: Notice[];
}

/** Pure. */
export function shownOf(snapshot: TopSnapshot, { filter, sort, reversed }: TopState): Shown {
  return {
    services: servicesInOrder(snapshot.services, { filter, sort, reversed }),
    alarms: alarmsInOrder(snapshot.alarms, filter),
    events: snapshot.events,
  };
}

/** What keys need of it. @param lines of the terminal. Pure. */
export function sceneOf(snapshot: TopSnapshot, shown: Shown, state: TopState, lines: number): Scene {
  const services = shown.services.map(({ name }) => name);
  const name = state.open ? state.service : chosen(state, { services });
  const row = snapshot.services.find((service) => service.name === name);
  return {
    ...{ environment: snapshot.environment, fleet: snapshot.fleet, protected: snapshot.protected, services },
    rows: {
      ...{ nats: snapshot.nodes.length, redis: snapshot.shards.length },
      ...{ alarms: shown.alarms.length, events: shown.events.length },
    },
    desired: row?.status?.desired,
    scaling: snapshot.detail?.scaling ?? { min: 0, max: 0 },
    logLines: snapshot.detail?.log.length ?? 0,
    page: Math.max(1, Math.floor(lines / 3)),
  };
}
