import type {
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { RevisionCounts, RevisionRecord, ServiceDeploymentRecord } from '../records.ts';
import { PLATFORM_VERSION } from '../tasks/new-task.ts';
import { date } from './times.ts';

export function serviceDeploymentView(record: ServiceDeploymentRecord): ServiceDeployment {
  const { rollback } = record;
  return {
    ...common(record),
    stoppedAt: date(record.stoppedAt),
    updatedAt: date(record.updatedAt),
    sourceServiceRevisions: record.sources.map(revisionCounts),
    targetServiceRevision: revisionCounts(record.target),
    deploymentConfiguration: record.configuration,
    rollback: rollback && {
      reason: rollback.reason,
      startedAt: date(rollback.startedAt),
      serviceRevisionArn: rollback.revision,
    },
    deploymentCircuitBreaker: record.breaker,
    alarms: {
      status: record.alarms.status,
      alarmNames: record.alarms.names,
      triggeredAlarmNames: record.alarms.triggered,
    },
  };
}

export function serviceDeploymentBrief(record: ServiceDeploymentRecord): ServiceDeploymentBrief {
  return { ...common(record), targetServiceRevisionArn: record.target.arn };
}

function common(record: ServiceDeploymentRecord) {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: record.service,
    clusterArn: record.clusterArn,
    createdAt: date(record.createdAt),
    startedAt: date(record.startedAt),
    finishedAt: date(record.finishedAt),
    status: record.status,
    statusReason: record.statusReason,
  };
}

/** @param digests of the images that its tasks were seen to run, by container */
export function revisionView(record: RevisionRecord, digests: Map<string, string>): ServiceRevision {
  return {
    serviceRevisionArn: record.arn,
    serviceArn: record.service,
    clusterArn: record.clusterArn,
    taskDefinition: record.taskDefinition,
    ...record.spec,
    platformVersion: record.spec.platformVersion ?? PLATFORM_VERSION,
    platformFamily: 'Linux',
    containerImages: record.images.map(({ containerName, image }) => ({
      containerName,
      image,
      imageDigest: digests.get(containerName),
    })),
    guardDutyEnabled: false,
    createdAt: date(record.createdAt),
  };
}

function revisionCounts({ arn, requested, running, pending }: RevisionCounts): ServiceRevisionSummary {
  return { arn, requestedTaskCount: requested, runningTaskCount: running, pendingTaskCount: pending };
}
