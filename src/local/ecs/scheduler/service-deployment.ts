import type { ServiceDeploymentRecord, ServiceRecord, TaskRecord } from '../records.ts';

/** One service, its latest ServiceDeployment, and its tasks that have not stopped yet. */
export interface Rollout {
  service: ServiceRecord;
  record: ServiceDeploymentRecord;
  tasks: TaskRecord[];
  now: number;
  /** Names of alarms that are in ALARM, of those that are asked for. */
  inAlarm(names: string[]): string[];
}

const OPEN: readonly ServiceDeploymentRecord['status'][] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

export function isOpen(record: ServiceDeploymentRecord): boolean {
  return OPEN.includes(record.status);
}

/** Ends a ServiceDeployment that another one takes the place of. */
export function supersede(record: ServiceDeploymentRecord, now: number): void {
  if (!isOpen(record)) return;
  record.stoppedAt = now;
  finish(record, 'STOPPED', 'A newer service deployment replaced it.', now);
}

export function finish(
  record: ServiceDeploymentRecord,
  status: ServiceDeploymentRecord['status'],
  reason: string | undefined,
  now: number,
): void {
  record.status = status;
  if (reason !== undefined) record.statusReason = reason;
  record.finishedAt = now;
  record.updatedAt = now;
  for (const monitor of [record.breaker, record.alarms])
    if (monitor.status === 'MONITORING') monitor.status = 'MONITORING_COMPLETE';
}
