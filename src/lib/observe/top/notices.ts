import type { Source } from './source.ts';
import type { Watched } from './watched.ts';

/** Something that happened, as it is told in a line. */
export interface Notice {
  /** Milliseconds since the epoch. */
  at: number;
  about: string;
  /** `bad`, `good` as it was before, or neither. */
  kind: 'bad' | 'good' | 'plain';
  text: string;
}

/** What is worth a line between two moments: who was lost, who is back, what fires. Pure. */
export function noticedBetween(before: Watched, after: Watched, now: number): Notice[] {
  return [
    ...(before.services === after.services ? [] : lostOrBack('AWS', before.services, after.services, now)),
    ...(before.work === after.work ? [] : lostOrBack('service counts', before.work, after.work, now)),
    ...(before.nodes === after.nodes ? [] : eachLostOrBack(before.nodes, after.nodes, now)),
    ...(before.redis === after.redis ? [] : eachLostOrBack(before.redis, after.redis, now)),
    ...(before.nodes === after.nodes ? [] : restarts(before.nodes, after.nodes, now)),
    ...(before.alarms === after.alarms ? [] : alarmChanges(before.alarms, after.alarms, now)),
  ];
}

function eachLostOrBack<T>(
  before: Record<string, Source<T>>,
  after: Record<string, Source<T>>,
  now: number,
): Notice[] {
  return Object.entries(after).flatMap(([name, source]) => lostOrBack(name, before[name], source, now));
}

function lostOrBack<T>(
  about: string,
  before: Source<T> | undefined,
  after: Source<T>,
  now: number,
): Notice[] {
  if (after.lost !== undefined && before?.lost === undefined)
    return [{ at: now, about, kind: 'bad', text: `does not answer: ${after.lost.why}` }];
  if (after.lost === undefined && before?.lost !== undefined)
    return [{ at: now, about, kind: 'good', text: 'answers again' }];
  return [];
}

function restarts(before: Watched['nodes'], after: Watched['nodes'], now: number): Notice[] {
  return Object.entries(after).flatMap(([about, { value }]) => {
    const former = before[about]?.value;
    if (value === undefined || former === undefined || value.startedAt === former.startedAt) return [];
    return [{ at: now, about, kind: 'plain', text: `was started anew at ${value.startedAt.slice(11, 19)}` }];
  });
}

function alarmChanges(before: Watched['alarms'], after: Watched['alarms'], now: number): Notice[] {
  const former = new Map(before.value?.map(({ alarm, state }) => [alarm, state]));
  return (after.value ?? []).flatMap(({ alarm, state, reason }): Notice[] => {
    const was = former.get(alarm);
    if (was === undefined || was === state) return [];
    const kind = state === 'OK' ? 'good' : state === 'ALARM' ? 'bad' : 'plain';
    return [{ at: now, about: alarm, kind, text: `${was} -> ${state}: ${reason}` }];
  });
}
