import type { AlarmState } from '../../aws/alarm-shapes.ts';
import { alarmsOf } from '../../fleet/alarms.ts';
import type { ReleaseContext } from '../context.ts';
import type { Passage } from '../move.ts';
import type { Finding, Objection } from './gate.ts';

/** Seconds beyond its window that an alarm gets to see that all is well again. */
const MARGIN = 120;
/** Seconds between looks. */
const LOOK_EVERY = 5;

/**
 * Whether no alarm of these services fires. One that has fired since before the change may be what the change is to
 * cure: it gets its own window to see that. One that fires since then speaks against it at once.
 */
export async function noAlarmFires(passages: Passage[], context: ReleaseContext): Promise<Finding> {
  const { watching } = context;
  const started = watching.now();
  for (;;) {
    const all = await stateOf(passages, context);
    const firing = all.filter(({ alarm }) => alarm.state === 'ALARM');
    if (firing.length === 0) return { objections: [], seen: seenOf(all.length) };
    const elapsed = (watching.now() - started) / 1000;
    const objections = firing
      .filter(({ alarm, passage }) => isNew(alarm, passage) || elapsed > windowOf(alarm) + MARGIN)
      .map(objectionOf);
    if (objections.length > 0) return { objections, seen: '' };
    await watching.wait(LOOK_EVERY);
  }
}

/** Alarms that have come to fire since ECS was told; one look. */
export async function newlyFiring(passages: Passage[], context: ReleaseContext): Promise<Objection[]> {
  const all = await stateOf(passages, context);
  return all
    .filter(({ alarm, passage }) => alarm.state === 'ALARM' && isNew(alarm, passage))
    .map(objectionOf);
}

interface Watched {
  passage: Passage;
  alarm: AlarmState;
}

async function stateOf(
  passages: Passage[],
  { fleet, sources, watching }: ReleaseContext,
): Promise<Watched[]> {
  const wanted = passages.map((passage) => ({
    passage,
    names: alarmsOf(fleet, [passage.service]).map(({ name }) => name),
  }));
  const found = await watching.look(() => sources.alarms.describe(wanted.flatMap(({ names }) => names)));
  return found.flatMap((alarm) => {
    const one = wanted.find(({ names }) => names.includes(alarm.name));
    return one === undefined ? [] : [{ passage: one.passage, alarm }];
  });
}

function isNew({ since }: AlarmState, { rollout }: Passage): boolean {
  return since !== undefined && rollout?.since !== undefined && since > rollout.since;
}

function windowOf({ period, evaluationPeriods }: AlarmState): number {
  return period * evaluationPeriods;
}

function objectionOf({ passage, alarm }: Watched): Objection {
  return { passage, reason: `alarm ${alarm.name} fires: ${alarm.reason}` };
}

function seenOf(count: number): string {
  return count === 0
    ? 'there is no alarm that could fire: gsys alarms apply'
    : `none of ${count} alarms fires`;
}
