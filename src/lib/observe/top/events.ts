import type { ServiceState } from '../../aws/ecs.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { RecordedRelease } from '../../release/history.ts';
import type { Notice } from './notices.ts';
import type { Watched } from './watched.ts';

/** Events of one service that are taken, and of all together. */
const OF_ONE = 5;
const KEPT = 200;

/** What was noticed while we looked, what ECS tells of services, and releases: newest first. Pure. */
export function eventsOf(fleet: Pick<Fleet, 'services'>, watched: Watched): Notice[] {
  const names = new Map(fleet.services.map(({ name, ecsService }) => [ecsService, name]));
  const told = (watched.services.value ?? []).flatMap((state) =>
    ecsEvents(state, names.get(state.name) ?? state.name, OF_ONE),
  );
  return newestFirst([...watched.notices, ...told, ...(watched.releases.value ?? []).flatMap(releaseEvent)]);
}

/** Of ECS. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html */
export function ecsEvents({ events }: Pick<ServiceState, 'events'>, about: string, most: number): Notice[] {
  return events.slice(0, most).flatMap(({ at, message }) => {
    if (at === undefined) return [];
    // Each begins with the name that stands before it here.
    const text = message.replace(/^\(service [^)]*\)\s*(\(deployment [^)]*\)\s*)?/, '');
    return [{ at: at.getTime(), about, kind: kindOf(text), text }];
  });
}

export function newestFirst(events: Notice[]): Notice[] {
  return events.sort((a, b) => b.at - a.at).slice(0, KEPT);
}

function kindOf(text: string): Notice['kind'] {
  if (/steady state|completed/.test(text)) return 'good';
  return /unable|failed|unhealthy|impaired|rolled? ?back/.test(text) ? 'bad' : 'plain';
}

function releaseEvent({ release, outcome, startedAt, command, who }: RecordedRelease): Notice[] {
  if (startedAt === undefined) return [];
  const kind = outcome === 'succeeded' ? 'good' : outcome === 'failed' ? 'bad' : 'plain';
  const words = [command ?? 'release', who && `by ${who}`, outcome].filter(Boolean).join(', ');
  return [{ at: Date.parse(startedAt), about: release, kind, text: words }];
}
