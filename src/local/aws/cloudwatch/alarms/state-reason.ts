import type { AlarmState } from './alarm.ts';
import type { AlarmTerms, AlarmVerdict } from './judge-datapoints.ts';

/** The sentence that CloudWatch gives for a state. @param previous the state that is left */
export function stateReason(terms: AlarmTerms, verdict: AlarmVerdict, previous: AlarmState): string {
  const { state, decisive, breaching, filled } = verdict;
  if (decisive.length === 0) {
    const plural = filled === 1 ? 'datapoint' : 'datapoints';
    if (state === 'INSUFFICIENT_DATA')
      return `Insufficient Data: ${filled} ${plural} ${filled === 1 ? 'was' : 'were'} unknown.`;
    const periods = `${filled} ${filled === 1 ? 'period' : 'periods'}`;
    return `Threshold Crossed: no datapoints were received for ${periods} and ${filled} missing ${plural} ${filled === 1 ? 'was' : 'were'} treated as [${state === 'ALARM' ? 'Breaching' : 'NonBreaching'}].`;
  }
  const { evaluationPeriods, datapointsToAlarm: wanted = evaluationPeriods } = terms;
  const shown = state === 'ALARM' ? breaching : decisive.length - breaching;
  const values = decisive.map(({ value, at }) => `${decimal(value)} (${dayAndTime(at)})`).join(', ');
  const [, words] = COMPARISONS.find(([name]) => name === terms.comparison) ?? ['', terms.comparison];
  const are = decisive.length === 1 ? 'was' : 'were';
  const needed = state === 'ALARM' ? wanted : Math.max(1, evaluationPeriods - wanted + 1);
  return (
    `Threshold Crossed: ${shown} out of the last ${decisive.length} datapoints [${values}] ` +
    `${are} ${state === 'ALARM' ? '' : 'not '}${words} the threshold (${decimal(terms.threshold)}) ` +
    `(minimum ${needed} ${needed === 1 ? 'datapoint' : 'datapoints'} for ${previous} -> ${state} transition).`
  );
}

/** JSON for programs: what was looked at. @param now milliseconds since the epoch */
export function stateReasonData(
  { threshold }: AlarmTerms,
  { decisive }: AlarmVerdict,
  watched: { stat?: string | undefined; period: number; unit?: string | undefined },
  now: number,
): string {
  const oldest = decisive.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: amazonDate(now),
    ...(oldest && { startDate: amazonDate(oldest.at) }),
    ...(watched.unit !== undefined && { unit: watched.unit }),
    ...(watched.stat !== undefined && { statistic: watched.stat }),
    period: watched.period,
    recentDatapoints: decisive.map(({ value }) => value).reverse(),
    threshold,
    evaluatedDatapoints: decisive.map(({ at, value }) => ({ timestamp: amazonDate(at), value })),
  });
}

/** `2026-11-25T04:55:37.123+0000` */
export function amazonDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+0000');
}

const COMPARISONS: [string, string][] = [
  ['GreaterThanThreshold', 'greater than'],
  ['GreaterThanOrEqualToThreshold', 'greater than or equal to'],
  ['LessThanThreshold', 'less than'],
  ['LessThanOrEqualToThreshold', 'less than or equal to'],
];

/** As Java writes doubles. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** `25/11/26 04:55:37` */
function dayAndTime(milliseconds: number): string {
  const [date = '', time = ''] = new Date(milliseconds).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
