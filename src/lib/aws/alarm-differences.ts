import type { AlarmActions, AlarmDefinition } from '../fleet/alarms.ts';
import type { PagingAlarm } from '../fleet/paging-alarms.ts';
import type { AlarmState, CompositeState, FoundAlarm } from './alarm-shapes.ts';

/** What is not as defined about an alarm that is there. */
export interface AlarmDifference {
  /** `threshold is 99, not 80` */
  what: string;
  /**
   * `blind`: it does not see what it is there for, or would take silence for a good sign. `mute`: it tells nobody.
   * `drift`: it watches and tells, by other terms.
   */
  effect: 'blind' | 'mute' | 'drift';
}

/** Compares meanings: the order of dimensions and actions, and defaults that are spelled out, make no difference. */
export function alarmDifferences(wanted: AlarmDefinition, found: AlarmState): AlarmDifference[] {
  return [
    ...metricDifferences(wanted, found),
    ...actionDifferences(wanted, found),
    ...silenceDifferences(wanted, found),
    ...(
      ['statistic', 'period', 'evaluationPeriods', 'comparison', 'threshold', 'description'] as const
    ).flatMap((term) => differing('drift', term, wanted[term], found[term])),
    ...differing('drift', 'datapointsToAlarm', wanted.evaluationPeriods, found.datapointsToAlarm),
  ];
}

/** As for a metric alarm; an alarm that its rule does not look at is not seen by it. */
export function pagingDifferences(wanted: PagingAlarm, found: CompositeState): AlarmDifference[] {
  const lacking = wanted.children.filter((name) => !found.rule.includes(`ALARM("${name}")`));
  const others = lacking.length === 0 && found.rule !== wanted.rule;
  return [
    ...lacking.map((name) => ({ effect: 'blind' as const, what: `does not look at ${name}` })),
    ...(others ? [{ effect: 'drift' as const, what: `rule is ${found.rule}, not ${wanted.rule}` }] : []),
    ...actionDifferences(wanted, found),
    ...differing('drift', 'description', wanted.description, found.description),
  ];
}

function metricDifferences(
  { metric: wanted }: AlarmDefinition,
  { metric, unit }: AlarmState,
): AlarmDifference[] {
  if (metric === undefined) return [{ effect: 'blind', what: 'watches an expression, not a metric' }];
  const names = [...new Set([...Object.keys(wanted.dimensions), ...Object.keys(metric.dimensions)])];
  return [
    ...differing('blind', 'namespace', wanted.namespace, metric.namespace),
    ...differing('blind', 'metric', wanted.name, metric.name),
    ...names.flatMap((name) =>
      differing('blind', `dimension ${name}`, wanted.dimensions[name], metric.dimensions[name]),
    ),
    ...(unit === undefined || unit === wanted.unit
      ? []
      : [
          {
            effect: 'blind' as const,
            what: `unit is ${unit}, in which nothing ever comes: it is ${wanted.unit}`,
          },
        ]),
  ];
}

const STATES = { alarm: 'ALARM', ok: 'OK', insufficientData: 'INSUFFICIENT_DATA' } as const;

function actionDifferences({ actions }: { actions: AlarmActions }, found: FoundAlarm): AlarmDifference[] {
  // Who tells nobody cannot be muted.
  const effect = Object.values(actions).flat().length === 0 ? 'drift' : 'mute';
  const differences: AlarmDifference[] = found.actionsEnabled
    ? []
    : [{ effect, what: 'its actions are disabled' }];
  for (const [key, state] of Object.entries(STATES) as [keyof typeof STATES, string][]) {
    const lacking = actions[key].filter((arn) => !found.actions[key].includes(arn));
    const strange = found.actions[key].filter((arn) => !actions[key].includes(arn));
    differences.push(
      ...lacking.map((arn) => ({ effect: 'mute' as const, what: `on ${state} it does not tell ${arn}` })),
      ...strange.map((arn) => ({ effect: 'drift' as const, what: `on ${state} it also tells ${arn}` })),
    );
  }
  return differences;
}

function silenceDifferences(wanted: AlarmDefinition, found: AlarmState): AlarmDifference[] {
  const hidden = found.treatMissingData === 'notBreaching' || found.treatMissingData === 'ignore';
  const effect = hidden || wanted.treatMissingData === 'breaching' ? 'blind' : 'drift';
  return differing(effect, 'treatMissingData', wanted.treatMissingData, found.treatMissingData);
}

function differing(
  effect: AlarmDifference['effect'],
  term: string,
  wanted: string | number | undefined,
  found: string | number | undefined,
): AlarmDifference[] {
  const shown = (value: string | number | undefined) => (value === '' ? 'empty' : (value ?? 'absent'));
  return wanted === found ? [] : [{ effect, what: `${term} is ${shown(found)}, not ${shown(wanted)}` }];
}
