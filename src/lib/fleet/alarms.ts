import type { Environment, Fleet, Service } from './fleet.ts';
import { type FleetAlarmKind, fleetTerms } from './fleet-alarms.ts';
import { type ServiceAlarmKind, serviceTerms } from './service-alarms.ts';

/** What is watched; the last part of an alarm's name. */
export type AlarmKind = ServiceAlarmKind | FleetAlarmKind;

/** One metric alarm as CloudWatch should have it. It tells nobody: its paging alarm does. */
export interface AlarmDefinition extends AlarmTerms, Watching {
  name: string;
  actions: AlarmActions;
}

/** Whose: folder name of the service and its name in ECS; neither where it is the fleet's. */
export interface Watching {
  service?: string;
  ecsService?: string;
}

export interface AlarmTerms {
  kind: AlarmKind;
  description: string;
  metric: WatchedMetric;
  statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  /** Seconds. */
  period: number;
  evaluationPeriods: number;
  comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold: number;
  treatMissingData: 'missing' | 'breaching';
}

export interface WatchedMetric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** In which it is counted. An alarm names none: one in any other sees nothing, for ever. */
  unit: 'Percent' | 'Count' | 'Milliseconds';
}

/** ARNs, by the state that they are for. */
export interface AlarmActions {
  ok: string[];
  alarm: string[];
  insufficientData: string[];
}

/** The metric alarms of services, from the definition alone; those of one service together. */
export function alarmsOf(fleet: Fleet, services: Service[]): AlarmDefinition[] {
  return services.flatMap((service) =>
    serviceTerms(service, fleet).map(({ description, ...terms }) => ({
      ...terms,
      name: `${fleet.name}-${service.ecsService}-${terms.kind}`,
      service: service.name,
      ecsService: service.ecsService,
      description: madeBy(fleet, service.name, description),
      actions: toldTo([]),
    })),
  );
}

/** With those of the fleet as a whole, where all services are meant. */
export function definedAlarms(fleet: Fleet, services: Service[]): AlarmDefinition[] {
  const own = alarmsOf(fleet, services);
  return services.length === fleet.services.length ? [...own, ...fleetAlarms(fleet)] : own;
}

export function fleetAlarms(fleet: Fleet): AlarmDefinition[] {
  return fleetTerms(fleet).map(({ description, ...terms }) => ({
    ...terms,
    name: `${fleet.name}-${terms.kind}`,
    description: madeBy(fleet, fleet.name, description),
    actions: toldTo([]),
  }));
}

/** An SNS topic may be named before it exists. */
export function topicArn({ region, account, alertsTopic }: Environment): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:sns:${region}:${account}:${alertsTopic}`;
}

/** That it is over, and that nobody sees any more, is as much news as that it began. */
export function toldTo(arns: string[]): AlarmActions {
  return { ok: arns, alarm: arns, insufficientData: arns };
}

export function madeBy({ name }: Fleet, subject: string, what: string): string {
  return `${subject}: ${what}. Made by gsys from the definition of ${name}.`;
}
