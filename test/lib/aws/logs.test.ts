import { afterEach, beforeEach, expect, it } from 'vitest';
import { logs } from '../../../src/lib/aws/logs.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from './support/answers.ts';

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

it('makes groups and streams as they are needed, and reads back what was put', async () => {
  const group = '/gsys/test';
  const target = logs(accessTo(endpoint.url));
  expect(await target.ensureGroup(group, 'fleet', 30)).toBe(true);
  expect(await target.ensureGroup(group, 'fleet', 30)).toBe(false);
  const now = Date.now();
  for (const [i, stream] of ['a', 'a', 'b'].entries())
    await target.putEvents(group, stream, [{ timestamp: now + i, message: `event ${i}` }]);
  expect((await target.readStream(group, 'a')).map(({ message }) => message)).toEqual(['event 0', 'event 1']);
  expect((await target.tail(group, 'a', 1)).map(({ message }) => message)).toEqual(['event 1']);
  expect(await target.streamNames(group, 1)).toEqual(['b']);
  const found = await target.filterEvents({ group, start: now - 1000 });
  expect(found.map(({ stream, message }) => `${stream} ${message}`)).toEqual([
    'a event 0',
    'a event 1',
    'b event 2',
  ]);
});

it('finds nothing in a group that does not exist', async () => {
  const target = logs(accessTo(endpoint.url));
  expect(await target.filterEvents({ group: '/none', start: 0 })).toEqual([]);
  expect(await target.streamNames('/none', 5)).toEqual([]);
  expect(await target.tail('/none', 'a', 5)).toEqual([]);
});
