import { describe, expect, it } from 'vitest';
import { definitionDiff } from '../../../src/lib/release/definition-diff.ts';
import { changeText } from '../../../src/lib/release/plan/change.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret';

const wanted = {
  family: 'a',
  cpu: '256',
  memory: '512',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE', 'EC2'],
  volumes: [{ name: 'scratch' }, { name: 'data' }],
  containerDefinitions: [
    {
      name: 'a',
      image: 'repo@sha256:1',
      portMappings: [{ containerPort: 80 }, { containerPort: 81, protocol: 'udp' }],
      environment: [
        { name: 'X', value: '1' },
        { name: 'Y', value: '' },
      ],
      secrets: [
        { name: 'S', valueFrom: `${SECRET}:a-AbCdEf` },
        { name: 'T', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/t' },
      ],
      mountPoints: [{ sourceVolume: 'scratch', containerPath: '/tmp' }],
      dependsOn: [
        { containerName: 'b', condition: 'START' },
        { containerName: 'c', condition: 'HEALTHY' },
      ],
      healthCheck: { command: ['CMD', 'true'] },
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-region': 'r' } },
    },
    { name: 'b', image: 'b', essential: false },
  ],
  tags: [
    { key: 'k', value: 'v' },
    { key: 'l', value: 'w' },
  ],
};
type Container = (typeof wanted.containerDefinitions)[number];
const [container, helper] = wanted.containerDefinitions as [Container, Container];

/** The same, as ECS gives it back: defaults filled in, and every list turned round that has no order. */
const running = {
  ...wanted,
  taskDefinitionArn: 'arn',
  revision: 3,
  status: 'ACTIVE',
  compatibilities: ['EC2', 'FARGATE'],
  requiresCompatibilities: ['EC2', 'FARGATE'],
  registeredAt: new Date(),
  registeredBy: 'me',
  requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.ecr-auth' }],
  runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
  enableFaultInjection: false,
  placementConstraints: [],
  volumes: [...wanted.volumes].reverse(),
  containerDefinitions: [
    { ...helper, cpu: 0, environment: [], mountPoints: [], volumesFrom: [], portMappings: [] },
    {
      ...container,
      ...{ cpu: 0, essential: true, volumesFrom: [], stopTimeout: 30, systemControls: [] },
      portMappings: [
        { containerPort: 81, hostPort: 81, protocol: 'udp' },
        { containerPort: 80, hostPort: 80, protocol: 'tcp' },
      ],
      environment: container.environment?.toReversed(),
      secrets: container.secrets?.toReversed(),
      dependsOn: container.dependsOn?.toReversed(),
      mountPoints: [{ containerPath: '/tmp', sourceVolume: 'scratch' }],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      logConfiguration: { ...container.logConfiguration, secretOptions: [] },
    },
  ],
  tags: wanted.tags.toReversed(),
};

/** What is wanted, with one thing of its first container changed. */
const withContainer = (change: object) => ({
  ...wanted,
  containerDefinitions: [{ ...container, ...change }, helper],
});

describe('the difference of task definitions', () => {
  it('is none when AWS only filled its defaults in and forgot the order', () => {
    expect(definitionDiff(running, wanted)).toEqual([]);
  });

  it('is none between two ways to write one size', () => {
    expect(definitionDiff(running, { ...wanted, cpu: '.25 vCPU', memory: '0.5 GB' })).toEqual([]);
  });

  it.each([
    ['size', { ...wanted, cpu: '512' }, 'cpu: "256" -> "512"'],
    ['size', withContainer({ memory: 256 }), 'container.a.memory: absent -> 256'],
    ['other', { ...wanted, tags: [{ key: 'k', value: 'v' }] }, 'tags.l: "w" -> absent'],
    [
      'image',
      withContainer({ image: 'repo@sha256:2' }),
      'container.a.image: "repo@sha256:1" -> "repo@sha256:2"',
    ],
    [
      'environment',
      withContainer({ environment: [{ name: 'X', value: '1' }] }),
      'container.a.environment.Y: "" -> absent',
    ],
    [
      'health',
      withContainer({ healthCheck: { command: ['CMD', 'false'] } }),
      'container.a.healthCheck.command: ["CMD","true"] -> ["CMD","false"]',
    ],
    [
      'network',
      withContainer({ portMappings: [{ containerPort: 80 }] }),
      'container.a.portMappings.81/udp.hostPort: 81 -> absent',
    ],
  ])('is of kind %s', (kind, other, line) => {
    const changes = definitionDiff(running, other);
    expect(changes.map((change) => [change.kind, changeText(change)])).toEqual([[kind, line]]);
  });

  it('keeps the order where order means something', () => {
    const [change] = definitionDiff(running, withContainer({ healthCheck: { command: ['true', 'CMD'] } }));
    expect(change).toMatchObject({ from: ['CMD', 'true'], to: ['true', 'CMD'] });
  });

  it.each([
    ['by name', `${SECRET}:b-XyZxYz`, 'a-AbCdEf', 'b-XyZxYz'],
    [
      'with its whole ARN where another account has one of the same name',
      'arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf',
      `${SECRET}:a-AbCdEf`,
      'arn:aws:secretsmanager:us-east-1:111111111111:secret:a-AbCdEf',
    ],
  ])('tells a secret %s', (_how, valueFrom, from, to) => {
    const secrets = [{ name: 'S', valueFrom }, container.secrets?.[1]];
    const change = { path: 'container.a.secrets.S', kind: 'secret', from, to };
    expect(definitionDiff(running, withContainer({ secrets }))).toEqual([change]);
  });

  it('is everything where nothing runs', () => {
    const changes = definitionDiff(undefined, wanted);
    expect(changes.every(({ from }) => from === null)).toBe(true);
    expect(changes).toContainEqual({ path: 'cpu', kind: 'size', from: null, to: '256' });
  });
});
