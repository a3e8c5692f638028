import { type CreateServiceRequest, ECS, type RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { ecsDeployments } from './ecs-deployments.ts';
import { ecsTasks } from './ecs-tasks.ts';
import { type Story, times } from './row.ts';

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const FARGATE: Pick<
  RegisterTaskDefinitionRequest,
  'requiresCompatibilities' | 'networkMode' | 'cpu' | 'memory'
> = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
};
const service = (serviceName: string): CreateServiceRequest => ({
  cluster: 'blue',
  serviceName,
  taskDefinition: 'worker',
  desiredCount: 0,
  launchType: 'FARGATE',
  networkConfiguration: NETWORK,
});

export const ecs: Story = {
  service: 'ecs',
  /** More services than a page of ListServices holds. */
  async prepare(config) {
    const client = new ECS(config);
    await client.createCluster({ clusterName: 'crowd' });
    await client.registerTaskDefinition({
      ...FARGATE,
      family: 'crowd',
      containerDefinitions: [{ name: 'crowd', image: 'none' }],
    });
    for (const serviceName of times(11, (i) => `s${i}`))
      await client.createService({ ...service(serviceName), cluster: 'crowd', taskDefinition: 'crowd' });
    client.destroy();
  },
  rows: [
    {
      call: 'CreateCluster',
      kind: 'shape',
      what: 'with settings and tags',
      input: {
        clusterName: 'blue',
        settings: [{ name: 'containerInsights', value: 'enabled' }],
        tags: [{ key: 'owner', value: 'tests' }],
      },
      holds: {
        cluster: {
          clusterName: 'blue',
          clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/blue',
          status: 'ACTIVE',
          settings: [{ name: 'containerInsights', value: 'enabled' }],
          tags: [{ key: 'owner', value: 'tests' }],
        },
      },
    },
    {
      call: 'CreateCluster',
      kind: 'error',
      what: 'a name that is none',
      input: { clusterName: 'not a name' },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeClusters',
      kind: 'shape',
      what: 'what is missing is a failure in the answer',
      input: { clusters: ['blue', 'nowhere'], include: ['SETTINGS', 'TAGS'] },
      holds: {
        clusters: [{ clusterName: 'blue', activeServicesCount: 0 }],
        failures: [{ arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/nowhere', reason: 'MISSING' }],
      },
    },
    {
      call: 'DescribeClusters',
      kind: 'limit',
      what: '101 are one too many',
      input: { clusters: times(101, (i) => `c${i}`) },
      error: 'InvalidParameterException',
    },
    {
      call: 'ListClusters',
      kind: 'page',
      what: 'one by one',
      pages: { size: 1, requests: 3, of: 'clusterArns', items: 3 },
    },
    {
      call: 'ListClusters',
      kind: 'error',
      what: 'without a signature',
      unsigned: true,
      error: 'MissingAuthenticationTokenException',
    },
    {
      call: 'RegisterTaskDefinition',
      kind: 'shape',
      what: 'a first revision, with tags',
      input: ({ image }) => ({
        ...FARGATE,
        family: 'worker',
        containerDefinitions: [{ name: 'worker', image, environment: [{ name: 'A', value: '1' }] }],
        tags: [{ key: 'owner', value: 'tests' }],
      }),
      holds: {
        taskDefinition: {
          taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/worker:1',
          revision: 1,
          status: 'ACTIVE',
          containerDefinitions: [{ name: 'worker', essential: true }],
        },
        tags: [{ key: 'owner', value: 'tests' }],
      },
    },
    {
      call: 'RegisterTaskDefinition',
      kind: 'shape',
      what: 'a second revision',
      input: ({ image }) => ({
        ...FARGATE,
        family: 'worker',
        containerDefinitions: [{ name: 'worker', image, environment: [{ name: 'A', value: '2' }] }],
      }),
      holds: { taskDefinition: { revision: 2 } },
    },
    {
      call: 'RegisterTaskDefinition',
      kind: 'error',
      what: 'a size that Fargate lacks',
      input: { ...FARGATE, family: 'odd', memory: '100', containerDefinitions: [{ name: 'a', image: 'b' }] },
      error: 'ClientException',
    },
    {
      call: 'RegisterTaskDefinition',
      kind: 'error',
      what: 'without containers',
      input: { ...FARGATE, family: 'empty' },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeTaskDefinition',
      kind: 'shape',
      what: 'by family and revision, with tags',
      input: { taskDefinition: 'worker:1', include: ['TAGS'] },
      holds: { taskDefinition: { revision: 1 }, tags: [{ key: 'owner', value: 'tests' }] },
    },
    {
      call: 'DescribeTaskDefinition',
      kind: 'shape',
      what: 'by family: the latest',
      input: { taskDefinition: 'worker' },
      holds: { taskDefinition: { revision: 2 } },
    },
    {
      call: 'DescribeTaskDefinition',
      kind: 'error',
      what: 'that does not exist',
      input: { taskDefinition: 'nowhere' },
      error: 'ClientException',
    },
    {
      call: 'ListTaskDefinitions',
      kind: 'page',
      what: 'newest first, one by one',
      input: { familyPrefix: 'worker', sort: 'DESC' },
      pages: { size: 1, requests: 2, of: 'taskDefinitionArns', items: 2 },
      holds: { taskDefinitionArns: [expect.stringMatching(/worker:2$/), expect.stringMatching(/worker:1$/)] },
    },
    {
      call: 'ListTaskDefinitions',
      kind: 'limit',
      what: 'pages of 101 are too large',
      input: { maxResults: 101 },
      error: 'InvalidParameterException',
    },
    {
      call: 'ListTaskDefinitions',
      kind: 'error',
      what: 'a token that was never given out',
      input: { nextToken: 'bogus' },
      error: 'InvalidParameterException',
    },
    {
      call: 'ListTaskDefinitionFamilies',
      kind: 'shape',
      what: 'the active ones',
      input: { status: 'ACTIVE' },
      holds: { families: ['crowd', 'worker'] },
    },
    {
      call: 'CreateService',
      kind: 'shape',
      what: 'with circuit breaker and tags',
      input: {
        ...service('s01'),
        desiredCount: 1,
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: true, rollback: true },
          maximumPercent: 200,
          minimumHealthyPercent: 100,
        },
        tags: [{ key: 'owner', value: 'tests' }],
      },
      holds: {
        service: {
          serviceArn: 'arn:aws:ecs:us-east-1:000000000000:service/blue/s01',
          status: 'ACTIVE',
          desiredCount: 1,
          taskDefinition: expect.stringMatching(/worker:2$/),
          deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 1 }],
        },
      },
    },
    {
      call: 'CreateService',
      kind: 'error',
      what: 'in a cluster that does not exist',
      input: { ...service('lost'), cluster: 'nowhere' },
      error: 'ClusterNotFoundException',
    },
    {
      call: 'CreateService',
      kind: 'error',
      what: 'that exists with another desired count',
      input: service('s01'),
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeServices',
      kind: 'shape',
      what: 'what is missing is a failure in the answer',
      input: { cluster: 'blue', services: ['s01', 'nowhere'], include: ['TAGS'] },
      holds: {
        services: [{ serviceName: 's01', tags: [{ key: 'owner', value: 'tests' }] }],
        failures: [{ arn: 'arn:aws:ecs:us-east-1:000000000000:service/blue/nowhere', reason: 'MISSING' }],
      },
    },
    {
      call: 'DescribeServices',
      kind: 'limit',
      what: 'eleven are one too many',
      input: { cluster: 'blue', services: times(11, (i) => `s${i}`) },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeServices',
      kind: 'error',
      what: 'of no service',
      input: { cluster: 'blue' },
      error: 'InvalidParameterException',
    },
    {
      call: 'DescribeServices',
      kind: 'error',
      what: 'in a cluster that does not exist',
      input: { cluster: 'nowhere', services: ['s01'] },
      error: 'ClusterNotFoundException',
    },
    {
      call: 'ListServices',
      kind: 'page',
      what: 'ten when not asked, though a hundred are possible',
      input: { cluster: 'crowd' },
      options: ['--no-paginate'],
      holds: { serviceArns: times(10, () => expect.any(String)), nextToken: expect.any(String) },
      keep: ({ nextToken }) => ({ nextToken }),
    },
    {
      call: 'ListServices',
      kind: 'page',
      what: 'the page after, by its token',
      input: ({ nextToken }) => ({ cluster: 'crowd', nextToken }),
      holds: { serviceArns: [expect.stringMatching(/s9$/)] },
    },
    {
      call: 'ListServices',
      kind: 'page',
      what: 'four at a time',
      input: { cluster: 'crowd' },
      pages: { size: 4, requests: 3, of: 'serviceArns', items: 11 },
    },
    {
      call: 'ListServices',
      kind: 'page',
      what: "the CLI's own --max-items",
      input: { cluster: 'crowd' },
      options: ['--max-items', '5', '--page-size', '2'],
      clients: 'cli',
      holds: { serviceArns: times(5, () => expect.any(String)), NextToken: expect.any(String) },
      keep: ({ NextToken }) => ({ startingToken: NextToken }),
    },
    {
      call: 'ListServices',
      kind: 'page',
      what: "the CLI's own --starting-token",
      input: { cluster: 'crowd' },
      options: ({ startingToken = '' }) => ['--starting-token', startingToken],
      clients: 'cli',
      holds: { serviceArns: times(6, () => expect.any(String)) },
    },
    {
      call: 'ListServices',
      kind: 'error',
      what: 'a token that was never given out',
      input: { cluster: 'crowd', nextToken: 'bogus' },
      error: 'InvalidParameterException',
    },
    ...ecsTasks,
    ...ecsDeployments,
    {
      call: 'TagResource',
      kind: 'shape',
      what: 'answers nothing',
      input: {
        resourceArn: 'arn:aws:ecs:us-east-1:000000000000:service/blue/s01',
        tags: [{ key: 'stage', value: 'test' }],
      },
    },
    {
      call: 'UntagResource',
      kind: 'shape',
      what: 'answers nothing',
      input: { resourceArn: 'arn:aws:ecs:us-east-1:000000000000:service/blue/s01', tagKeys: ['owner'] },
    },
    {
      call: 'ListTagsForResource',
      kind: 'shape',
      what: 'what is left',
      input: { resourceArn: 'arn:aws:ecs:us-east-1:000000000000:service/blue/s01' },
      holds: { tags: [{ key: 'stage', value: 'test' }] },
    },
    {
      call: 'ListTagsForResource',
      kind: 'error',
      what: 'of what is no ARN',
      input: { resourceArn: 'nonsense' },
      error: 'InvalidParameterException',
    },
    {
      call: 'DeleteService',
      kind: 'error',
      what: 'that is scaled above 0',
      input: { cluster: 'blue', service: 's01' },
      error: 'InvalidParameterException',
    },
    {
      call: 'DeleteService',
      kind: 'shape',
      what: 'with force',
      input: { cluster: 'blue', service: 's01', force: true },
      holds: { service: { serviceName: 's01', status: 'DRAINING', desiredCount: 0 } },
    },
    {
      call: 'DeleteService',
      kind: 'error',
      what: 'that does not exist',
      input: { cluster: 'blue', service: 'nowhere' },
      error: 'ServiceNotFoundException',
    },
    {
      call: 'DeregisterTaskDefinition',
      kind: 'shape',
      what: 'becomes inactive and stays describable',
      input: { taskDefinition: 'worker:1' },
      holds: { taskDefinition: { revision: 1, status: 'INACTIVE' } },
    },
    {
      call: 'DeleteCluster',
      kind: 'error',
      what: 'that has services',
      input: { cluster: 'crowd' },
      error: 'ClusterContainsServicesException',
    },
    {
      call: 'DeleteCluster',
      kind: 'error',
      what: 'that does not exist',
      input: { cluster: 'nowhere' },
      error: 'ClusterNotFoundException',
    },
    {
      call: 'ListAttributes',
      kind: 'error',
      what: 'an operation that the platform lacks',
      input: { targetType: 'container-instance' },
      error: 'UnknownOperationException',
    },
  ],
};
