import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logs } from '../../../src/lib/aws/logs.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { requestTrail } from '../../../src/lib/observe/request-trail.ts';
import { requestTrailText } from '../../../src/ui/request-trail.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from '../aws/support/answers.ts';

const REQUEST = '5d3c2f6e-0b7a-4a51-9f0e-2f7d0c1b9a11';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const services = [
  { name: 'gateway', ecsService: 'http-nats-gateway', logGroup: '/gateway' },
  { name: 'quest', ecsService: 'quest-nats', logGroup: '/shared' },
  { name: 'settings', ecsService: 'settings-nats', logGroup: '/shared' },
] as Service[];
let endpoint: TestEndpoint;
let start: number;

beforeEach(async () => {
  endpoint = await startEndpoint({});
  start = endpoint.now();
  const client = new CloudWatchLogsClient(endpoint.client);
  for (const logGroupName of ['/gateway', '/shared'])
    await client.send(new CreateLogGroupCommand({ logGroupName }));
  const write = (ecsService: string, group: string, after: number, entry: object) =>
    endpoint.logs.append(group, `${ecsService}/${ecsService}/0123456789abcdef`, [
      { timestamp: start + after, message: JSON.stringify(entry) },
    ]);
  write('settings-nats', '/shared', 10, { level: 'error', traceId: TRACE, msg: 'request failed' });
  write('quest-nats', '/shared', 12, { level: 'warn', traceId: TRACE, msg: 'gave up' });
  write('quest-nats', '/shared', 13, {
    level: 'warn',
    traceId: `${TRACE}0`.replace('0af', 'fff'),
    msg: 'another request',
  });
  write('http-nats-gateway', '/gateway', 15, {
    level: 'warn',
    requestId: REQUEST,
    traceId: TRACE,
    msg: 'failed',
  });
  // It tells of the request, and is about another one.
  write('quest-nats', '/shared', 16, { level: 'info', traceId: 'b'.repeat(32), msg: `merged with ${TRACE}` });
});
afterEach(() => endpoint.close());

const trail = (id: string) =>
  requestTrail(
    id,
    { services, start: start - 1000, limit: 100 },
    logs(accessTo(endpoint.url, AbortSignal.timeout(60_000))),
  );

it.each([
  ['request id', REQUEST],
  ['trace id', TRACE],
])('a request is found by its %s in all tasks, in order', async (_, id) => {
  const { ids, steps } = await trail(id);
  expect(new Set(ids)).toEqual(new Set([REQUEST, TRACE]));
  expect(steps.map(({ line, afterMs }) => [line.service, line.message, afterMs])).toEqual([
    ['settings', 'request failed', 0],
    ['quest', 'gave up', 2],
    ['gateway', 'failed', 3],
    ['quest', `merged with ${TRACE}`, 1],
  ]);
});

it('is told with the time between, through whom, and under which ids', async () => {
  const text = requestTrailText(await trail(REQUEST), {
    paint: (_, line) => line,
    details: false,
    most: undefined,
  });
  expect(text).toContain('+2 ms quest/01234567 warn  gave up');
  expect(text).toContain('4 lines of 3 tasks, 6 ms from the first to the last');
  expect(text).toContain('settings/01234567 → quest/01234567 → gateway/01234567');
});

it('nothing is found of one that nobody knows, and what cannot be an id is wrong usage', async () => {
  expect((await trail('c'.repeat(32))).steps).toEqual([]);
  for (const id of ['" ?"a', 'two words', 'x', '\u001b[31mred-id'])
    await expect(trail(id)).rejects.toMatchObject({ code: 'USAGE' });
});
