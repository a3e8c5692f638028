import { expect, it } from 'vitest';
import type { LogEvent } from '../../../src/lib/aws/logs.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { readLogs } from '../../../src/lib/observe/read-logs.ts';

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
