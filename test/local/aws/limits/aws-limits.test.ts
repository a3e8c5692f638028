import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as ecsClient from '@aws-sdk/client-ecs';
import { ECSClient, ListServicesCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLimits } from '../../../../src/local/aws/limits/aws-limits.ts';
import { rateGate } from '../../../../src/local/aws/limits/rate-gate.ts';
import { REQUEST_RATES } from '../../../../src/local/aws/limits/request-rates.ts';
import type { AwsService } from '../../../../src/local/aws/service.ts';
import { codeOf, startEndpoint, type TestEndpoint } from '../support/endpoint.ts';
import { raw, SIGNED } from '../support/raw.ts';

/** An ECS that knows nothing: what it answers is not what is tested. */
const ecs: AwsService = {
  id: 'ecs',
  target: 'AmazonEC2ContainerServiceV20141113',
  protocol: 'awsJson',
  schemas: ecsClient,
  operations: {
    ListServices: () => ({ serviceArns: [] }),
    DescribeServices: () => ({ services: [], failures: [] }),
    RegisterTaskDefinition: () => ({ taskDefinition: {} }),
  },
};

let now: number;
let endpoint: TestEndpoint;
beforeEach(async () => {
  now = 0;
  endpoint = await startEndpoint({ services: [ecs], gates: [rateGate(REQUEST_RATES, () => now)] });
});
afterEach(() => endpoint.close());

const times = <T>(count: number, call: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, () => codeOf(call())));
const refused = (codes: string[]) => codes.filter((code) => code !== 'no error');

describe('an endpoint with the request rates of AWS', () => {
  it('throttles the call after the burst, of all operations that share it, until a token has come in', async () => {
    const client = new ECSClient(endpoint.client);
    const list = () => client.send(new ListServicesCommand({}));
    const describe = () => client.send(new ecsClient.DescribeServicesCommand({ services: ['a'] }));
    expect(refused([...(await times(50, list)), ...(await times(50, describe))])).toEqual([]);
    expect(await codeOf(describe())).toBe('ThrottlingException');
    now = 49;
    expect(await codeOf(list())).toBe('ThrottlingException');
    now = 50;
    expect(await codeOf(list())).toBe('no error');
    expect(await codeOf(list())).toBe('ThrottlingException');
  });

  it('counts each limit for itself', async () => {
    const client = new CloudWatchLogsClient(endpoint.client);
    const streams = () => client.send(new DescribeLogStreamsCommand({ logGroupName: '/none' }));
    expect(new Set(await times(25, streams))).toEqual(new Set(['ResourceNotFoundException']));
    expect(await codeOf(streams())).toBe('ThrottlingException');
    expect(await codeOf(new ECSClient(endpoint.client).send(new ListServicesCommand({})))).toBe('no error');
  });
});

describe('a throttled call is told in the words of its protocol', () => {
  const drained = async () => {
    const client = new CloudWatchClient(endpoint.client);
    await times(9, () => client.send(new DescribeAlarmsCommand({})));
    return client;
  };

  it('awsJson, with the older name in a header for clients that came from awsQuery', async () => {
    const client = await drained();
    expect(await codeOf(client.send(new DescribeAlarmsCommand({})))).toBe('Throttling');
    const { status, body, headers } = await raw(endpoint.url, {
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
        ...SIGNED,
      },
      body: '{}',
    });
    expect([status, JSON.parse(body), headers['x-amzn-query-error']]).toEqual([
      400,
      { __type: 'ThrottlingException', message: 'Rate exceeded' },
      'Throttling;Sender',
    ]);
  });

  it('awsQuery', async () => {
    await drained();
    const { status, body } = await raw(endpoint.url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...SIGNED },
      body: 'Action=DescribeAlarms&Version=2010-08-01',
    });
    expect(status).toBe(400);
    expect(body).toContain('<Code>Throttling</Code><Message>Rate exceeded</Message>');
  });
});

describe('two registrations of one family at the same time', () => {
  it('are one too many, and the next one after it is not', async () => {
    const busy = await startEndpoint({ services: [ecs], gates: awsLimits(() => true) });
    try {
      const client = new ECSClient(busy.client);
      const register = (family: string) =>
        client.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions: [] }));
      const both = await Promise.allSettled([register('a'), register('a'), register('b')]);
      const failed = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(failed).toMatchObject([
        { name: 'ClientException', message: expect.stringMatching(/^Too many concurrent attempts/) },
      ]);
      expect(await codeOf(register('a'))).toBe('no error');
    } finally {
      await busy.close();
    }
  });
});

describe('a platform that was not told to', () => {
  it('throttles nobody', async () => {
    const open = await startEndpoint({ services: [ecs], gates: awsLimits(() => false) });
    try {
      const client = new ECSClient(open.client);
      expect(refused(await times(150, () => client.send(new ListServicesCommand({}))))).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
