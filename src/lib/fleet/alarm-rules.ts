import type { SourcedDefinition as Definition } from './definition.ts';
import type { FleetDocument } from './fleet-schema.ts';
import type { Problem, YamlSource } from './yaml-source.ts';

/** Seconds. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const DAY = 86_400;
const LONG_PERIOD = 3600;
/** AWS counts its services' metrics once a minute. */
const COUNTED_EVERY = 60;

/** Windows that CloudWatch refuses, or in which it would find nothing. */
export function alarms({ document, services, source }: Definition): Problem[] {
  const onAws = Object.values(document.environments).some(({ platform }) => platform === 'aws');
  return [
    ...judge(document.defaults.alarms, ['defaults', 'alarms'], source, onAws),
    ...services.flatMap(({ source: from, document: { resources } }) =>
      resources.alarms === undefined ? [] : judge(resources.alarms, ['resources', 'alarms'], from, onAws),
    ),
  ];
}

type Terms = FleetDocument['defaults']['alarms'];

function judge(terms: Terms, at: PropertyKey[], source: YamlSource, onAws: boolean): Problem[] {
  const windows = [
    { at, window: terms },
    { at: [...at, 'tasks'], window: terms.tasks },
  ];
  return windows.flatMap(({ at: place, window: { period, evaluationPeriods } }) => {
    const longest = period >= LONG_PERIOD ? 7 * DAY : DAY;
    if (period * evaluationPeriods > longest)
      return [
        source.problem(
          place,
          `CloudWatch looks back ${longest} s at most, not ${evaluationPeriods} x ${period}`,
        ),
      ];
    if (onAws && period < COUNTED_EVERY)
      return [
        source.problem(
          [...place, 'period'],
          `AWS has a value a minute: with ${period} s most would be missing`,
        ),
      ];
    return [];
  });
}
