import type { Container, Task, TaskField } from '@aws-sdk/client-ecs';
import type { ContainerRecord, TaskRecord } from '../records.ts';
import { date } from './times.ts';

export function taskView(task: TaskRecord, include: TaskField[] = []): Task {
  return {
    attachments: [attachment(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: process.arch === 'arm64' ? 'arm64' : 'x86_64' }],
    availabilityZone: 'local-a',
    clusterArn: task.clusterArn,
    connectivity: 'CONNECTED',
    connectivityAt: date(task.createdAt),
    containers: task.containers.map((container) => containerView(container, task)),
    cpu: task.cpu,
    memory: task.memory,
    createdAt: date(task.createdAt),
    desiredStatus: task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand,
    executionStoppedAt: date(task.executionStoppedAt),
    group: task.group,
    healthStatus: task.healthStatus,
    inferenceAccelerators: [],
    lastStatus: task.lastStatus,
    launchType: 'FARGATE',
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...task.overrides },
    platformVersion: task.platformVersion,
    platformFamily: 'Linux',
    pullStartedAt: date(task.pullStartedAt),
    pullStoppedAt: date(task.pullStoppedAt),
    startedAt: date(task.startedAt),
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedAt: date(task.stoppedAt),
    stoppedReason: task.stoppedReason,
    stoppingAt: date(task.stoppingAt),
    tags: include.includes('TAGS') ? task.tags : [],
    taskArn: task.arn,
    taskDefinitionArn: task.definition,
    version: task.version,
  };
}

function attachment(task: TaskRecord) {
  const attached = task.lastStatus !== 'STOPPED' && task.lastStatus !== 'DEPROVISIONING';
  return {
    id: task.attachmentId,
    type: 'ElasticNetworkInterface',
    status: attached ? 'ATTACHED' : 'DELETED',
    details: [{ name: 'privateIPv4Address', value: task.address }],
  };
}

function containerView(container: ContainerRecord, task: TaskRecord): Container {
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    imageDigest: container.imageDigest,
    runtimeId: container.runtimeId,
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: [{ attachmentId: task.attachmentId, privateIpv4Address: task.address }],
    healthStatus: container.healthStatus,
    managedAgents: [],
  };
}
