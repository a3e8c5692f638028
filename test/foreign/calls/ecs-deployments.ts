import { expect } from 'vitest';
import { type Row, times } from './row.ts';

/** Rows of ECS's story about what UpdateService starts. */
export const ecsDeployments: Row[] = [
  {
    call: 'DescribeServices',
    kind: 'shape',
    what: 'a service that is steady',
    input: { cluster: 'blue', services: ['s01'] },
    eventually: true,
    holds: {
      services: [
        {
          runningCount: 1,
          deployments: [{ rolloutState: 'COMPLETED' }],
          events: expect.arrayContaining([
            expect.objectContaining({ message: '(service s01) has reached a steady state.' }),
          ]),
        },
      ],
    },
  },
  {
    call: 'UpdateService',
    kind: 'shape',
    what: 'to an older revision',
    input: { cluster: 'blue', service: 's01', taskDefinition: 'worker:1' },
    holds: {
      service: { deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }, { status: 'ACTIVE' }] },
    },
  },
  {
    call: 'UpdateService',
    kind: 'error',
    what: 'that does not exist',
    input: { cluster: 'blue', service: 'nowhere', desiredCount: 1 },
    error: 'ServiceNotFoundException',
  },
  {
    call: 'UpdateService',
    kind: 'error',
    what: 'to less than nothing',
    input: { cluster: 'blue', service: 's01', desiredCount: -1 },
    error: 'InvalidParameterException',
  },
  {
    call: 'ListServiceDeployments',
    kind: 'page',
    what: 'newest first, one by one',
    clients: 'newer',
    input: { cluster: 'blue', service: 's01', maxResults: 1 },
    holds: {
      serviceDeployments: [{ targetServiceRevisionArn: expect.any(String) }],
      nextToken: expect.any(String),
    },
    keep: ({ serviceDeployments: [first], nextToken }) => ({
      deployment: first.serviceDeploymentArn,
      revision: first.targetServiceRevisionArn,
      deploymentToken: nextToken,
    }),
  },
  {
    call: 'ListServiceDeployments',
    kind: 'page',
    what: 'the page after, by its token',
    clients: 'newer',
    input: ({ deploymentToken }) => ({ cluster: 'blue', service: 's01', nextToken: deploymentToken }),
    holds: { serviceDeployments: [{ status: 'SUCCESSFUL' }] },
  },
  {
    call: 'DescribeServiceDeployments',
    kind: 'shape',
    what: 'that UpdateService started, to its end',
    clients: 'newer',
    input: ({ deployment }) => ({ serviceDeploymentArns: [deployment] }),
    eventually: true,
    holds: {
      serviceDeployments: [
        { status: 'SUCCESSFUL', targetServiceRevision: { requestedTaskCount: 1, runningTaskCount: 1 } },
      ],
    },
  },
  {
    call: 'DescribeServiceDeployments',
    kind: 'limit',
    what: '21 are one too many',
    clients: 'newer',
    input: { serviceDeploymentArns: times(21, (i) => `arn:${i}`) },
    error: 'InvalidParameterException',
  },
  {
    call: 'DescribeServiceRevisions',
    kind: 'shape',
    what: 'the task definition of that deployment',
    clients: 'newer',
    input: ({ revision }) => ({ serviceRevisionArns: [revision] }),
    holds: { serviceRevisions: [{ taskDefinition: expect.stringMatching(/worker:1$/) }] },
  },
  {
    call: 'StopServiceDeployment',
    kind: 'error',
    what: 'that is over',
    clients: 'newer',
    input: ({ deployment }) => ({ serviceDeploymentArn: deployment }),
    error: 'ConflictException',
  },
  {
    call: 'StopServiceDeployment',
    kind: 'error',
    what: 'that does not exist',
    clients: 'newer',
    input: { serviceDeploymentArn: 'arn:aws:ecs:us-east-1:000000000000:service-deployment/blue/s01/x' },
    error: 'ServiceDeploymentNotFoundException',
  },
];
