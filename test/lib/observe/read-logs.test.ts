import { describe, expect, it } from 'vitest';
import type { LogEvent } from '../../../src/lib/aws/logs.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { inOrder } from '../../../src/lib/observe/in-order.ts';
import { linesOf, readLogs } from '../../../src/lib/observe/read-logs.ts';

const services = [
  { name: 'settings', ecsService: 'settings-nats', logGroup: '/shared' },
  { name: 'quest', ecsService: 'quest-nats', logGroup: '/shared' },
  { name: 'gateway', ecsService: 'http-nats-gateway', logGroup: '/gateway' },
] as Service[];
const event = (id: string, timestamp: number, ecsService: string, message = id): LogEvent => ({
  ...{ id, timestamp, ingested: timestamp, message },
  group: ecsService.startsWith('http') ? '/gateway' : '/shared',
  stream: `${ecsService}/${ecsService}/task`,
});
const kept = [
  event('c', 3, 'settings-nats'),
  event('a', 1, 'quest-nats'),
  event('a', 1, 'quest-nats'),
  event('x', 2, 'stranger-nats'),
  event('b', 2, 'http-nats-gateway', '{"level":20,"msg":"b"}'),
];
const logs = {
  filterEvents: async ({ group }: { group: string }) => kept.filter((each) => each.group === group),
};
const read = async (query: object) =>
  (await readLogs({ services, start: 0, limit: 10, ...query }, logs)).map(({ message }) => message);

it('merges groups by time, each event once, strangers left out', async () => {
  expect(await read({})).toEqual(['a', 'b', 'c']);
});

it('keeps the last lines when there are more than wanted', async () => {
  expect(await read({ limit: 1 })).toEqual(['c']);
});

it('leaves lines below the level out, but not those that name none', async () => {
  expect(await read({ level: 'info' })).toEqual(['a', 'c']);
});

it('finds text in any case', async () => {
  expect(await read({ filter: 'C' })).toEqual(['c']);
});

it('narrows to tasks, to what matches, and to a time', async () => {
  expect(await read({ tasks: ['ta'] })).toEqual(['a', 'b', 'c']);
  expect(await read({ tasks: ['other'] })).toEqual([]);
  expect(await read({ grep: /^[ac]$/ })).toEqual(['a', 'c']);
});

describe('a stack trace of several lines', () => {
  const trace = ['Error: torn', '    at one (a.js:1)', '    at two (b.js:2)', 'Caused by: why', '}'];
  const events = [
    ...trace.map((line, i) => event(`t${i}`, 10, 'settings-nats', line)),
    event('q', 10, 'quest-nats', '{"level":30,"msg":"between"}'),
    event('s', 11, 'settings-nats', '{"level":30,"msg":"after"}'),
    event('i', 12, 'settings-nats', '  indented after a structured line'),
    event('l', 9_000, 'quest-nats', 'first'),
    event('m', 12_000, 'quest-nats', '  much later'),
  ];
  const texts = (query: object) =>
    linesOf(events.toSorted(inOrder), { services, start: 0, limit: 10, ...query }).map(
      ({ message }) => message,
    );

  it('is one line of its task, and others do not come between', () => {
    expect(texts({})).toEqual([
      'between',
      trace.join('\n'),
      'after',
      '  indented after a structured line',
      'first',
      '  much later',
    ]);
  });

  it('is found as a whole by any of its lines', () => {
    expect(texts({ filter: 'b.js' })).toEqual([trace.join('\n')]);
  });
});
