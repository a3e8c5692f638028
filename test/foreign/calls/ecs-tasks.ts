import { expect } from 'vitest';
import { type Row, times } from './row.ts';

const TASK = {
  cluster: 'blue',
  taskDefinition: 'worker',
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

/** Rows of ECS's story that run real processes. */
export const ecsTasks: Row[] = [
  {
    call: 'RunTask',
    kind: 'shape',
    what: 'two at once, with overrides',
    input: {
      ...TASK,
      count: 2,
      startedBy: 'table',
      overrides: { containerOverrides: [{ name: 'worker', environment: [{ name: 'B', value: '2' }] }] },
    },
    holds: {
      tasks: [
        {
          group: 'family:worker',
          startedBy: 'table',
          desiredStatus: 'RUNNING',
          containers: [{ name: 'worker' }],
        },
        {},
      ],
      failures: [],
    },
    keep: ({ tasks }) => ({ task: tasks[0].taskArn }),
  },
  {
    call: 'RunTask',
    kind: 'limit',
    what: 'eleven are one too many',
    input: { ...TASK, count: 11 },
    error: 'InvalidParameterException',
  },
  {
    call: 'RunTask',
    kind: 'error',
    what: 'of a task definition that does not exist',
    input: { ...TASK, taskDefinition: 'nowhere' },
    error: 'ClientException',
  },
  {
    call: 'DescribeTasks',
    kind: 'shape',
    what: 'a task that runs',
    input: ({ task }) => ({ cluster: 'blue', tasks: [task] }),
    eventually: true,
    holds: {
      tasks: [
        {
          lastStatus: 'RUNNING',
          attachments: [{ type: 'ElasticNetworkInterface', status: 'ATTACHED' }],
          containers: [{ lastStatus: 'RUNNING', imageDigest: expect.stringMatching(/^sha256:/) }],
        },
      ],
    },
  },
  {
    call: 'DescribeTasks',
    kind: 'shape',
    what: 'what is missing is a failure in the answer',
    input: { cluster: 'blue', tasks: ['00000000000000000000000000000000'] },
    holds: { tasks: [], failures: [{ reason: 'MISSING' }] },
  },
  {
    call: 'DescribeTasks',
    kind: 'limit',
    what: '101 are one too many',
    input: { cluster: 'blue', tasks: times(101, (i) => `t${i}`) },
    error: 'InvalidParameterException',
  },
  {
    call: 'ListTasks',
    kind: 'page',
    what: 'by who started them, one by one',
    input: { cluster: 'blue', startedBy: 'table' },
    pages: { size: 1, requests: 2, of: 'taskArns', items: 2 },
  },
  {
    call: 'ListTasks',
    kind: 'error',
    what: 'of a service that does not exist',
    input: { cluster: 'blue', serviceName: 'nowhere' },
    error: 'ServiceNotFoundException',
  },
  {
    call: 'StopTask',
    kind: 'shape',
    what: 'with a reason',
    input: ({ task }) => ({ cluster: 'blue', task, reason: 'enough' }),
    holds: { task: { desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'enough' } },
  },
  {
    call: 'StopTask',
    kind: 'error',
    what: 'that does not exist',
    input: { cluster: 'blue', task: '00000000000000000000000000000000' },
    error: 'InvalidParameterException',
  },
  {
    call: 'DescribeTasks',
    kind: 'shape',
    what: 'a task that stopped',
    input: ({ task }) => ({ cluster: 'blue', tasks: [task], include: ['TAGS'] }),
    eventually: true,
    holds: {
      tasks: [{ lastStatus: 'STOPPED', stopCode: 'UserInitiated', containers: [{ exitCode: 0 }] }],
    },
  },
];
