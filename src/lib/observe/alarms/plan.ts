import { alarmDifferences, pagingDifferences } from '../../aws/alarm-differences.ts';
import type { AlarmPair, PagingPair } from '../../aws/alarms-seen.ts';
import type { Watching } from '../../fleet/alarms.ts';
import type { Environment } from '../../fleet/fleet.ts';
import { type MetricOrigins, whyNoMetric } from '../../fleet/metric-exists.ts';
import { PUBLISHED_NAMESPACE } from '../../fleet/published-metrics.ts';
import type { AlarmFacts } from './gather.ts';

/** What would be done to one alarm, and why. `refused`: its metric cannot exist, so it could never see anything. */
export interface PlannedAlarm extends Watching {
  alarm: string;
  kind: string;
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
  /** Why there are not more alarms, where there could be. */
  note?: string;
}

/** What is to be made: the topic, or an alarm. */
export type AlarmChange = { topic: string } | { metric: AlarmPair } | { paging: PagingPair };

/** What would make the alarms what the definition says. Pure. */
export function planAlarms(
  { topic, origins, metric, paging }: AlarmFacts,
  environment: Environment,
): { plan: AlarmPlan; changes: AlarmChange[] } {
  // An alarm is made before the one that looks at it, which CloudWatch would not take otherwise.
  const planned = [
    ...metric.map((pair) => ({ change: { metric: pair }, ...planMetric(pair, origins, environment) })),
    ...paging.map((pair) => ({ change: { paging: pair }, alarm: planPaging(pair), wayOut: undefined })),
  ];
  const those = (...actions: PlannedAlarm['action'][]) =>
    planned.filter(({ alarm: { action } }) => actions.includes(action));
  const noTopic = topic.subscribers === undefined;
  const wayOut = planned.find((one) => one.wayOut !== undefined)?.wayOut;
  return {
    plan: {
      topic: { arn: topic.arn, action: noTopic ? 'create' : 'unchanged' },
      alarms: planned.map(({ alarm }) => alarm),
      differs: noTopic || those('unchanged').length < planned.length,
      ...(wayOut !== undefined && { wayOut }),
      ...(environment.publishEvery === 0 && { note: unpublished(environment) }),
    },
    changes: [
      // First: what alarms tell before it is there would be lost.
      ...(noTopic ? [{ topic: environment.alertsTopic }] : []),
      ...those('create', 'update').map(({ change }) => change),
    ],
  };
}

function unpublished({ name }: Environment): string {
  return `certificates, JetStream, NATS peers, dead letters, Redis, error logs and the gateway are watched too once something runs "gsys alarms publish" on a schedule (--timer) and gsys.yaml says so: environments.${name}.publishEvery`;
}

function planMetric(
  { wanted, found }: AlarmPair,
  origins: MetricOrigins,
  environment: Environment,
): { alarm: PlannedAlarm; wayOut: string | undefined } {
  const none = whyNoMetric(wanted.metric, origins, environment);
  // One that is there says itself that nobody publishes any more.
  const refused =
    none !== undefined && (found === undefined || wanted.metric.namespace !== PUBLISHED_NAMESPACE);
  if (refused)
    return {
      alarm: { ...named(wanted, found), action: 'refused', changes: [none.why] },
      wayOut: none.wayOut,
    };
  return { alarm: compared(wanted, found, found && alarmDifferences(wanted, found)), wayOut: undefined };
}

function planPaging({ wanted, found }: PagingPair): PlannedAlarm {
  return compared(wanted, found, found && pagingDifferences(wanted, found));
}

type Wanted = Watching & { name: string; kind: string };

function compared(
  wanted: Wanted,
  found: { state: string } | undefined,
  differences: { what: string }[] | undefined,
): PlannedAlarm {
  if (differences === undefined)
    return { ...named(wanted, found), action: 'create', changes: ['there is no such alarm yet'] };
  const changes = differences.map(({ what }) => what);
  return { ...named(wanted, found), action: changes.length === 0 ? 'unchanged' : 'update', changes };
}

function named({ name: alarm, kind, service, ecsService }: Wanted, found: { state: string } | undefined) {
  return {
    ...{ alarm, kind, state: found?.state },
    ...(service !== undefined && { service }),
    ...(ecsService !== undefined && { ecsService }),
  };
}
