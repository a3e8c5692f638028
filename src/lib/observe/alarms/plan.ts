import { alarmDifferences } from '../../aws/alarm-differences.ts';
import { insightsCommand, metricExists } from '../../fleet/container-insights.ts';
import type { Environment } from '../../fleet/fleet.ts';
import type { AlarmFacts } from './gather.ts';

/** What would be done to one alarm, and why. `refused`: its metric cannot exist, so it could never see anything. */
export interface PlannedAlarm {
  alarm: string;
  service: string;
  ecsService: string;
  action: 'create' | 'update' | 'unchanged' | 'refused';
  changes: string[];
}

export interface AlarmPlan {
  topic: { arn: string; action: 'create' | 'unchanged' };
  alarms: PlannedAlarm[];
  /** Whether anything is not as defined; what is refused is not. */
  differs: boolean;
  /** What to type so that nothing has to be refused. */
  wayOut?: string;
}

/** What would make the alarms what the definition says. Pure. */
export function planAlarms(facts: AlarmFacts, environment: Environment): AlarmPlan {
  const { topic, containerInsights } = facts;
  const alarms = facts.alarms.map((pair) => planOne(pair, containerInsights));
  const missing = topic.subscribers === undefined;
  const refused = alarms.some(({ action }) => action === 'refused');
  return {
    topic: { arn: topic.arn, action: missing ? 'create' : 'unchanged' },
    alarms,
    differs: missing || alarms.some(({ action }) => action !== 'unchanged'),
    ...(refused && { wayOut: insightsCommand(environment) }),
  };
}

function planOne(
  { wanted, found }: AlarmFacts['alarms'][number],
  containerInsights: string | undefined,
): PlannedAlarm {
  const { name: alarm, service, ecsService } = wanted;
  const named = { alarm, service, ecsService };
  if (!metricExists(wanted.metric, containerInsights)) {
    const state =
      containerInsights === undefined ? 'there is no cluster' : `Container Insights is ${containerInsights}`;
    return { ...named, action: 'refused', changes: [`${wanted.metric.name} does not exist: ${state}`] };
  }
  if (found === undefined) return { ...named, action: 'create', changes: ['there is no such alarm yet'] };
  const changes = alarmDifferences(wanted, found).map(({ what }) => what);
  return { ...named, action: changes.length === 0 ? 'unchanged' : 'update', changes };
}
