import type { AlarmState } from '../../aws/alarms.ts';
import type { Subscriber } from '../../aws/sns.ts';
import { type AlarmDefinition, alarmsOf, topicArn } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import type { AlarmSources } from './sources.ts';

/** An alarm of the definition, and what CloudWatch has under its name. */
export interface AlarmPair {
  wanted: AlarmDefinition;
  found: AlarmState | undefined;
}

/** The alarms of the definition, each beside what CloudWatch has under its name, and what they depend on. */
export interface AlarmFacts {
  alarms: AlarmPair[];
  topic: {
    arn: string;
    /** Undefined when there is no such topic. */
    subscribers: Subscriber[] | undefined;
  };
  /** Of the cluster: `disabled`, `enabled`, `enhanced`, or undefined when there is none. */
  containerInsights: string | undefined;
}

/** Each source once, all at once; alarms a hundred a request. */
export async function gatherAlarms(
  fleet: Fleet,
  services: Service[],
  { alarms, cluster, sns }: Pick<AlarmSources, 'alarms' | 'cluster' | 'sns'>,
): Promise<AlarmFacts> {
  const arn = topicArn(fleet.environment);
  const [pairs, subscribers, containerInsights] = await Promise.all([
    besideFound(alarmsOf(fleet, services), alarms),
    sns.subscribers(arn),
    cluster.containerInsights(),
  ]);
  return { alarms: pairs, topic: { arn, subscribers }, containerInsights };
}

export async function besideFound(
  wanted: AlarmDefinition[],
  alarms: AlarmSources['alarms'],
): Promise<AlarmPair[]> {
  const found = new Map(
    (await alarms.describe(wanted.map(({ name }) => name))).map((one) => [one.name, one]),
  );
  return wanted.map((one) => ({ wanted: one, found: found.get(one.name) }));
}
