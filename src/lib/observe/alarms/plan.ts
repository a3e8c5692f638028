import { alarmDifferences } from '../../aws/alarm-differences.ts';
import { insightsCommand, metricExists } from '../../fleet/container-insights.ts';
import type { Environment } from '../../fleet/fleet.ts';
import type { AlarmFacts, AlarmPair } from './gather.ts';

/** What would be done to one alarm, and why. `refused`: its metric cannot exist, so it could never see anything. */
export interface PlannedAlarm {
  alarm: string;
  service: string;
  ecsService: string;
  action: 'create' | 'update' | 'unchanged' | 'refused';
  changes: string[];
  /** What it is in now; undefined where it is not there. */
  state: string | undefined;
}

export interface AlarmPlan {
  topic: { arn: string; action: 'create' | 'unchanged' };
  alarms: PlannedAlarm[];
  /** Whether anything is not as defined; what is refused is not. */
  differs: boolean;
  /** What to type so that nothing has to be refused. */
  wayOut?: string;
}

/** What is to be made: the topic, or an alarm. */
export type AlarmChange = { topic: string } | AlarmPair;

/** What would make the alarms what the definition says. Pure. */
export function planAlarms(
  facts: AlarmFacts,
  environment: Environment,
): { plan: AlarmPlan; changes: AlarmChange[] } {
  const { topic, containerInsights } = facts;
  const planned = facts.alarms.map((pair) => ({ pair, alarm: planOne(pair, containerInsights) }));
  const those = (...actions: PlannedAlarm['action'][]) =>
    planned.filter(({ alarm: { action } }) => actions.includes(action));
  const noTopic = topic.subscribers === undefined;
  return {
    plan: {
      topic: { arn: topic.arn, action: noTopic ? 'create' : 'unchanged' },
      alarms: planned.map(({ alarm }) => alarm),
      differs: noTopic || those('unchanged').length < planned.length,
      ...(those('refused').length > 0 && { wayOut: insightsCommand(environment) }),
    },
    changes: [
      // First: what alarms tell before it is there would be lost.
      ...(noTopic ? [{ topic: environment.alertsTopic }] : []),
      ...those('create', 'update').map(({ pair }) => pair),
    ],
  };
}

function planOne({ wanted, found }: AlarmPair, containerInsights: string | undefined): PlannedAlarm {
  const { name: alarm, service, ecsService } = wanted;
  const named = { alarm, service, ecsService, state: found?.state };
  if (!metricExists(wanted.metric, containerInsights)) {
    const state =
      containerInsights === undefined ? 'there is no cluster' : `Container Insights is ${containerInsights}`;
    return { ...named, action: 'refused', changes: [`${wanted.metric.name} does not exist: ${state}`] };
  }
  if (found === undefined) return { ...named, action: 'create', changes: ['there is no such alarm yet'] };
  const changes = alarmDifferences(wanted, found).map(({ what }) => what);
  return { ...named, action: changes.length === 0 ? 'unchanged' : 'update', changes };
}
