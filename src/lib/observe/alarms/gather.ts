import { type AlarmPair, alarmsSeen, besideFound, type PagingPair } from '../../aws/alarms-seen.ts';
import type { Subscriber } from '../../aws/sns.ts';
import { topicArn } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import type { MetricOrigins } from '../../fleet/metric-exists.ts';
import type { AlarmSources } from './sources.ts';

/** The alarms of the definition, each beside what CloudWatch has under its name, and what they depend on. */
export interface AlarmFacts {
  metric: AlarmPair[];
  paging: PagingPair[];
  topic: {
    arn: string;
    /** Undefined when there is no such topic. */
    subscribers: Subscriber[] | undefined;
  };
  origins: MetricOrigins;
}

/** Each source once, all at once; alarms a hundred a request. */
export async function gatherAlarms(
  fleet: Fleet,
  services: Service[],
  sources: AlarmSources,
): Promise<AlarmFacts> {
  const arn = topicArn(fleet.environment);
  const [seen, subscribers] = await Promise.all([
    alarmsSeen(fleet, services, sources, new Date()),
    sources.sns.subscribers(arn),
  ]);
  return { ...besideFound(fleet, services, seen), topic: { arn, subscribers }, origins: seen.origins };
}
