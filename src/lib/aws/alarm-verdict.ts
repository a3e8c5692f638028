import type { AlarmDefinition } from '../fleet/alarms.ts';
import type { Environment } from '../fleet/fleet.ts';
import { type MetricOrigins, whyNoMetric } from '../fleet/metric-exists.ts';
import type { PagingAlarm } from '../fleet/paging-alarms.ts';
import { PUBLISHED_NAMESPACE } from '../fleet/published-metrics.ts';
import { type AlarmDifference, alarmDifferences, pagingDifferences } from './alarm-differences.ts';
import type { AlarmState, CompositeState, FoundAlarm } from './alarm-shapes.ts';

/** What is to be thought of an alarm. Pure, for whoever looks: `alarms check` and `verify`. */
export interface AlarmVerdict {
  status: 'pass' | 'warn' | 'fail' | 'unknown';
  message: string;
}

/** Milliseconds beyond its window that an alarm may take to see its first data. */
const GRACE = 2 * 60_000;

export interface TermsVerdict extends AlarmVerdict {
  /** A command to type. */
  remedy?: string;
}

/**
 * Whether an alarm is there, could see what it is there for, and would tell whom it should.
 * @param origins of the metrics
 */
export function judgeTerms(
  wanted: AlarmDefinition,
  found: AlarmState | undefined,
  origins: MetricOrigins,
  environment: Environment,
): TermsVerdict {
  const none = whyNoMetric(wanted.metric, origins, environment);
  // An alarm that is there says by itself that nobody publishes any more.
  if (none !== undefined && (found === undefined || wanted.metric.namespace !== PUBLISHED_NAMESPACE))
    return { status: 'fail', message: `cannot see: ${none.why}`, remedy: none.wayOut };
  return judgeDifferences(found && alarmDifferences(wanted, found));
}

/** The same of the alarm that pages. */
export function judgePaging(wanted: PagingAlarm, found: CompositeState | undefined): TermsVerdict {
  return judgeDifferences(found && pagingDifferences(wanted, found));
}

/** @param differences undefined where there is no such alarm */
function judgeDifferences(differences: AlarmDifference[] | undefined): TermsVerdict {
  const apply = { remedy: 'gsys alarms apply' };
  if (differences === undefined) return { status: 'fail', message: 'there is no such alarm', ...apply };
  const told = (effect: AlarmDifference['effect']) =>
    differences.filter((one) => one.effect === effect).map(({ what }) => what);
  const [blind, mute, drift] = [told('blind'), told('mute'), told('drift')];
  if (blind.length > 0) return { status: 'fail', message: `cannot see: ${blind.join('; ')}`, ...apply };
  if (mute.length > 0) return { status: 'fail', message: `is mute: ${mute.join('; ')}`, ...apply };
  if (drift.length > 0) return { status: 'warn', message: drift.join('; '), ...apply };
  return { status: 'pass', message: 'is as defined' };
}

/** What an alarm says. Without data it says nothing, for which a young one is forgiven until its window is over. */
export function judgeState(found: FoundAlarm & Partial<Window>, now: Date): AlarmVerdict {
  const { state, reason } = found;
  switch (state) {
    case 'OK':
      return { status: 'pass', message: 'OK' };
    case 'ALARM':
      return { status: 'fail', message: `fires: ${reason}` };
    case 'INSUFFICIENT_DATA': {
      const left = blindUntil(found) - now.getTime();
      return left > 0
        ? { status: 'warn', message: `sees no data yet; that is unknown in ${Math.ceil(left / 1000)} s` }
        : { status: 'unknown', message: 'sees no data' };
    }
    default:
      return { status: 'unknown', message: `is in the unknown state ${JSON.stringify(state)}` };
  }
}

/** Of a metric alarm; one that looks at other alarms has none. */
type Window = Pick<AlarmState, 'period' | 'evaluationPeriods'>;

/** Milliseconds since the epoch. */
function blindUntil({
  since,
  configuredAt,
  period = 0,
  evaluationPeriods = 0,
}: FoundAlarm & Partial<Window>): number {
  const from = Math.max(since?.getTime() ?? 0, configuredAt?.getTime() ?? 0);
  return from + period * evaluationPeriods * 1000 + GRACE;
}

const WORST_FIRST = ['fail', 'unknown', 'warn', 'pass'] as const;

/** Of several, as of the whole fleet: what fails comes before what is not known. Nothing at all is unknown. */
export function worstOf(verdicts: readonly Pick<AlarmVerdict, 'status'>[]): AlarmVerdict['status'] {
  return WORST_FIRST.find((status) => verdicts.some((one) => one.status === status)) ?? 'unknown';
}
