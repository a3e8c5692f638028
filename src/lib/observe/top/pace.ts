import type { Fleet } from '../../fleet/fleet.ts';
import type { Source } from './source.ts';
import type { News, Watched } from './watched.ts';

/** Who is asked again and again. */
export type Asked = Exclude<News['of'], 'focus' | 'focus-log' | 'focus-trouble'>;

/** Since when what a source said is old, milliseconds since the epoch; undefined while it is of now. */
export type OldSince = (source: Source<unknown>, asked: Asked) => number | undefined;

interface Terms {
  /** Milliseconds between the beginnings of two looks, where nothing speaks for more. */
  every: number;
  /** Milliseconds until the first look: not everybody is asked in the moment in which somebody waits for a screen. */
  first?: number;
  /** Of requests to AWS, on the average: about a quarter of what AWS grants everybody in the account together. */
  perSecond?: number;
}

/** Rates of AWS: lib/aws/rates.ts. */
const TERMS: Record<Asked, Terms> = {
  services: { every: 2000, perSecond: 5 },
  tasks: { every: 4000, perSecond: 5 },
  alarms: { every: 10_000, perSecond: 2, first: 300 },
  releases: { every: 30_000, perSecond: 1, first: 600 },
  'focus-tasks': { every: 4000, perSecond: 2 },
  work: { every: 2000, first: 500 },
  nodes: { every: 2000 },
  clients: { every: 10_000, first: 2000 },
  redis: { every: 5000, first: 1000 },
  listeners: { every: 60_000, first: 3000 },
};

/** Milliseconds between the beginnings of two looks. A fleet of thousands is looked at more rarely, not harder. Pure. */
export function intervalOf(asked: Asked, fleet: Pick<Fleet, 'services'>, watched: Watched): number {
  const { every, perSecond } = TERMS[asked];
  if (perSecond === undefined) return every;
  return Math.max(every, (requestsOf(asked, fleet, watched) / perSecond) * 1000);
}

export function firstAfter(asked: Asked): number {
  return TERMS[asked].first ?? 0;
}

/** Milliseconds until it is asked again. What takes long is not asked at once again either. Pure. @param took milliseconds */
export function restAfter(took: number, interval: number): number {
  return Math.max(interval - took, took / 2);
}

/** Milliseconds after which what was said is old, though nobody has failed: somebody hangs. Pure. */
export function oldAfter(interval: number): number {
  return Math.max(8000, interval * 2.5);
}

/** Of one look. Services are described by the ten, tasks listed and described by the hundred, alarms by the hundred. */
function requestsOf(asked: Asked, { services }: Pick<Fleet, 'services'>, watched: Watched): number {
  const tasks = watched.tasks.value?.length ?? 0;
  switch (asked) {
    case 'services':
      return Math.ceil(services.length / 10);
    case 'tasks':
      return 2 * Math.max(1, Math.ceil(tasks / 100));
    case 'alarms':
      return Math.ceil((services.length * ALARMS) / 100);
    default:
      return 4;
  }
}

/** Of a service: lib/fleet/alarms.ts. */
const ALARMS = 3;
