import { describe, expect, it } from 'vitest';
import { ecs } from '../../../src/lib/aws/ecs.ts';
import { ecsChanges } from '../../../src/lib/aws/ecs-changes.ts';
import { type Answer, accessTo, answers, type Request } from './support/answers.ts';

const names = Array.from({ length: 23 }, (_, i) => `service-${i}`);

function describeServices({ body }: Request): Answer {
  const { services } = JSON.parse(body) as { services: string[] };
  const known = services.filter((name) => name !== 'service-7');
  return {
    body: {
      services: known.map((serviceName) => ({ serviceName, status: 'ACTIVE' })),
      failures: services
        .filter((name) => name === 'service-7')
        .map((name) => ({ arn: `arn:aws:ecs:us-east-1:0:service/test-cluster/${name}`, reason: 'MISSING' })),
    },
  };
}

describe('describing services', () => {
  it('takes ten a call and reports the missing by name', async () => {
    const { url, requests } = await answers(describeServices);
    const { services, missing } = await ecs(accessTo(url)).describeServices(names);
    expect(requests.map(({ body }) => JSON.parse(body).services.length)).toEqual([10, 10, 3]);
    expect(services.map(({ name }) => name)).toEqual(names.filter((name) => name !== 'service-7'));
    expect(missing).toEqual(['service-7']);
  });

  it('does not take a short reply for an answer', async () => {
    const { url } = await answers(() => ({ body: { services: [], failures: [] } }));
    await expect(ecs(accessTo(url)).describeServices(['a'])).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      details: ['a: neither described nor reported missing'],
    });
  });
});

describe('describing tasks', () => {
  it('leaves those out that ECS has forgotten', async () => {
    const failures = [{ arn: 'arn:aws:ecs:us-east-1:0:task/test-cluster/a', reason: 'MISSING' }];
    const { url } = await answers(() => ({ body: { tasks: [{ taskArn: 'x/b' }], failures } }));
    expect((await ecs(accessTo(url)).describeTasks(['x/a', 'x/b'])).map(({ id }) => id)).toEqual(['b']);
  });

  it('does not take a short reply for an answer', async () => {
    const { url } = await answers(() => ({ body: { tasks: [{ taskArn: 'x/b' }] } }));
    await expect(ecs(accessTo(url)).describeTasks(['x/a', 'x/b'])).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
      message: `${url} did not answer ecs:DescribeTasks completely`,
      details: ['a: neither described nor reported missing'],
    });
  });
});

describe('listing', () => {
  it('follows every page', async () => {
    const { url } = await answers(({ body }) => {
      const { nextToken } = JSON.parse(body);
      return nextToken === undefined
        ? { body: { serviceArns: ['arn/cluster/a'], nextToken: '2' } }
        : { body: { serviceArns: ['arn/cluster/b'] } };
    });
    expect(await ecs(accessTo(url)).listServices()).toEqual(['a', 'b']);
  });

  it('asks for nothing more where there is nothing', async () => {
    const { url, requests } = await answers(() => ({ body: { taskArns: [] } }));
    expect(await ecs(accessTo(url)).tasks()).toEqual([]);
    expect(requests).toHaveLength(1);
  });
});

describe('registering', () => {
  const race = {
    status: 400,
    body: {
      __type: 'ClientException',
      message: 'Too many concurrent attempts to create a new revision of the specified family.',
    },
  };

  it('tries again when another registration of the family is under way', async () => {
    let asked = 0;
    const { url } = await answers(() =>
      asked++ === 0 ? race : { body: { taskDefinition: { taskDefinitionArn: 'arn:a:2' } } },
    );
    expect(await ecsChanges(accessTo(url)).register({ family: 'a', containerDefinitions: [] })).toBe(
      'arn:a:2',
    );
  });

  it('does not try again when the definition itself is refused', async () => {
    const { url, requests } = await answers(() => ({
      status: 400,
      body: { __type: 'ClientException', message: 'No containers.' },
    }));
    await expect(
      ecsChanges(accessTo(url)).register({ family: 'a', containerDefinitions: [] }),
    ).rejects.toThrow('No containers');
    expect(requests).toHaveLength(1);
  });
});
