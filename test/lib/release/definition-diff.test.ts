import { describe, expect, it } from 'vitest';
import { definitionDiff } from '../../../src/lib/release/definition-diff.ts';

const wanted = {
  family: 'a',
  cpu: '256',
  requiresCompatibilities: ['FARGATE'],
  containerDefinitions: [
    {
      name: 'a',
      image: 'repo@sha256:1',
      portMappings: [{ containerPort: 80 }],
      environment: [
        { name: 'X', value: '1' },
        { name: 'Y', value: '2' },
      ],
      healthCheck: { command: ['CMD', 'true'] },
    },
  ],
  tags: [
    { key: 'k', value: 'v' },
    { key: 'l', value: 'w' },
  ],
};
const [container] = wanted.containerDefinitions;

/** The same, as ECS gives it back. */
const running = {
  ...wanted,
  taskDefinitionArn: 'arn',
  revision: 3,
  status: 'ACTIVE',
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: new Date(),
  volumes: [],
  placementConstraints: [],
  containerDefinitions: [
    {
      ...container,
      cpu: 0,
      essential: true,
      mountPoints: [],
      volumesFrom: [],
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      environment: [...(container?.environment ?? [])].reverse(),
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
    },
  ],
  tags: [...wanted.tags].reverse(),
};

describe('the difference of task definitions', () => {
  it('is none when AWS only filled its defaults in and forgot the order', () => {
    expect(definitionDiff(running, wanted)).toEqual([]);
  });

  it.each([
    ['cpu', { ...wanted, cpu: '512' }, 'cpu: "256" -> "512"'],
    ['a tag', { ...wanted, tags: [{ key: 'k', value: 'v' }] }, 'tags.l: "w" -> absent'],
    [
      'an image',
      { ...wanted, containerDefinitions: [{ ...container, image: 'repo@sha256:2' }] },
      'container.a.image: "repo@sha256:1" -> "repo@sha256:2"',
    ],
    [
      'a variable',
      { ...wanted, containerDefinitions: [{ ...container, environment: [{ name: 'X', value: '1' }] }] },
      'container.a.environment.Y: "2" -> absent',
    ],
  ])('names %s', (_what, other, line) => {
    expect(definitionDiff(running, other)).toEqual([line]);
  });
});
