import type { ComparisonOperator } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, TreatMissingData } from './alarm.ts';

export interface Datapoint {
  /** Start of its period, in milliseconds since the epoch. */
  at: number;
  value: number;
}

export interface AlarmTerms {
  evaluationPeriods: number;
  datapointsToAlarm?: number | undefined;
  threshold: number;
  comparison: ComparisonOperator;
  treatMissingData: TreatMissingData | undefined;
}

export interface AlarmVerdict {
  state: AlarmState;
  /** The datapoints that decided, newest first. */
  decisive: Datapoint[];
  /** How many of them breach. */
  breaching: number;
  /** Missing ones that were filled in. */
  filled: number;
}

/** Periods that are looked at beyond the evaluation periods, for datapoints that came late or not at all. */
export const EXTRA_PERIODS = 2;

/**
 * M of N, as CloudWatch decides it: real datapoints first, however old in the range; only what is then missing of N
 * is filled in as the alarm says.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 * @param range one entry a period, newest first, undefined where nothing came; N and EXTRA_PERIODS of them
 * @param current stays where the datapoints do not decide
 */
export function judgeDatapoints(
  terms: AlarmTerms,
  range: readonly (Datapoint | undefined)[],
  current: AlarmState,
): AlarmVerdict {
  const { evaluationPeriods, datapointsToAlarm: wanted = evaluationPeriods } = terms;
  const decisive = range.filter((point) => point !== undefined).slice(0, evaluationPeriods);
  const bad = decisive.filter(({ value }) => breaches(value, terms));
  const filled = evaluationPeriods - decisive.length;
  const counted = bad.length + (terms.treatMissingData === 'breaching' ? filled : 0);
  const found = { decisive, breaching: bad.length, filled };
  if (counted >= wanted) return { ...found, state: 'ALARM' };
  if (filled === 0 || terms.treatMissingData === 'breaching' || terms.treatMissingData === 'notBreaching')
    return { ...found, state: 'OK' };
  if (bad.length < decisive.length) return { ...found, state: 'OK' };
  if (terms.treatMissingData === 'ignore') return { ...found, state: current };
  if (decisive.length === 0) return { ...found, state: 'INSUFFICIENT_DATA' };
  // Nothing but breaching datapoints, though too few: an alarm once the oldest is as old as M periods.
  const oldest = range.findLastIndex((point) => point !== undefined);
  return { ...found, state: oldest + 1 >= wanted ? 'ALARM' : current };
}

export function breaches(value: number, { comparison, threshold }: AlarmTerms): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`${comparison} compares with a band and is refused when the alarm is put.`);
  }
}
