import { describe, expect, it } from 'vitest';
import type { AlarmState, TreatMissingData } from '../../../../../src/local/aws/cloudwatch/alarms/alarm.ts';
import {
  type AlarmTerms,
  breaches,
  judgeDatapoints,
} from '../../../../../src/local/aws/cloudwatch/alarms/judge-datapoints.ts';

/** `0 - X X`: oldest first, as AWS writes its tables; X breaches, 0 does not, - is missing. */
function range(text: string) {
  return text
    .split(' ')
    .reverse()
    .map((point, i) => (point === '-' ? undefined : { at: -i, value: point === 'X' ? 10 : 0 }));
}

const MODES: TreatMissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const WORDS: Record<AlarmState, string> = { OK: 'OK', ALARM: 'ALARM', INSUFFICIENT_DATA: 'INSUFFICIENT' };

/** In each mode, for an alarm that is in no state anyone could arrive at: that shows as `stays`. */
function judged(datapointsToAlarm: number, evaluationPeriods: number, text: string): string {
  return MODES.map((treatMissingData) => {
    const terms: AlarmTerms = {
      evaluationPeriods,
      datapointsToAlarm,
      threshold: 5,
      comparison: 'GreaterThanThreshold',
      treatMissingData,
    };
    const states = (['OK', 'ALARM'] as const).map((now) => judgeDatapoints(terms, range(text), now).state);
    return states[0] === states[1] ? WORDS[states[0] as AlarmState] : 'stays';
  }).join(' ');
}

describe('an alarm of M datapoints out of N, where data are missing: missing, ignore, breaching, notBreaching', () => {
  it.each([
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    [3, 3, '0 - X - X', 'OK OK OK OK'],
    [3, 3, '- - - - 0', 'OK OK OK OK'],
    [3, 3, '- - - - -', 'INSUFFICIENT stays ALARM OK'],
    [3, 3, '0 X X - X', 'ALARM ALARM ALARM ALARM'],
    [3, 3, '- - X - -', 'ALARM stays ALARM OK'],
    [2, 3, '0 - X - X', 'ALARM ALARM ALARM ALARM'],
    [2, 3, '0 0 X 0 X', 'ALARM ALARM ALARM ALARM'],
    [2, 3, '0 - X - -', 'OK OK ALARM OK'],
    [2, 3, '- - - - 0', 'OK OK ALARM OK'],
    [2, 3, '- - - X -', 'ALARM stays ALARM OK'],
    // A first breaching datapoint is too young to decide.
    [3, 3, '- - - - X', 'stays stays ALARM OK'],
    [1, 1, '- - X', 'ALARM ALARM ALARM ALARM'],
    [1, 1, 'X X 0', 'OK OK OK OK'],
    [2, 2, '0 X X 0', 'OK OK OK OK'],
  ])('%d of %d, %s', (m, n, text, expected) => {
    expect(judged(m, n, text)).toBe(expected);
  });
});

it.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('%s compares 4, 5 and 6 with 5', (comparison, expected) => {
  const terms: AlarmTerms = { evaluationPeriods: 1, threshold: 5, comparison, treatMissingData: undefined };
  expect([4, 5, 6].map((value) => breaches(value, terms))).toEqual(expected);
});
