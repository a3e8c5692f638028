import type { ServiceRecord, TaskRecord } from '../../../../src/local/ecs/records.ts';

type Deployment = ServiceRecord['deployments'][number];

/** A service with a new deployment, and an old one on its way out. */
export function service(
  desiredCount: number,
  minimumHealthyPercent = 100,
  maximumPercent = 200,
): ServiceRecord {
  const deployment = (id: string, status: Deployment['status']): Deployment => ({
    id,
    status,
    revision: id,
    taskDefinition: id,
    spec: {},
    createdAt: 0,
    updatedAt: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: '',
    failedTasks: 0,
    settled: false,
  });
  return {
    status: 'ACTIVE',
    desiredCount,
    configuration: { minimumHealthyPercent, maximumPercent },
    deployments: [deployment('new', 'PRIMARY'), deployment('old', 'ACTIVE')],
  } as ServiceRecord;
}

let made = 0;
export function task(startedBy: 'new' | 'old', state: Partial<TaskRecord> = {}): TaskRecord {
  made += 1;
  return {
    arn: `task-${made}`,
    startedBy,
    desiredStatus: 'RUNNING',
    counted: true,
    createdAt: made,
    ...state,
  } as TaskRecord;
}
