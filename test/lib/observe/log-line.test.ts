import { expect, it } from 'vitest';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { logLine } from '../../../src/lib/observe/log-line.ts';

const services = [{ name: 'settings', ecsService: 'settings-nats' }] as Service[];
const event = (message: string) => ({
  id: '1',
  group: 'g',
  stream: 'settings-nats/settings-nats/0123456789abcdef',
  timestamp: 0,
  ingested: 0,
  message,
});

it.each([
  ['a line of pino', '{"level":40,"msg":"slow"}', { level: 'warn', message: 'slow' }],
  [
    'a level by name',
    '{"level":"error","msg":"bad","err":{"message":"why"}}',
    { level: 'error', message: 'bad: why' },
  ],
  ['a line that is not JSON', 'Segmentation fault', { level: undefined, message: 'Segmentation fault' }],
  ['JSON that is no log entry', '[1]', { level: undefined, message: '[1]' }],
])('%s is read for what it is', (_, message, expected) => {
  expect(logLine(event(message), services)).toMatchObject({
    ...expected,
    service: 'settings',
    task: '0123456789abcdef',
    raw: message,
  });
});

it('what a structured line says besides is kept, less what columns say', () => {
  const err = { type: 'Error', message: 'why', stack: 'Error: why\n    at x' };
  const entry = {
    level: 'error',
    time: 't',
    service: 's',
    taskArn: 'a',
    msg: 'bad',
    traceId: 'abc',
    n: 1,
    err,
  };
  expect(logLine(event(JSON.stringify(entry)), services)).toMatchObject({
    ...{ message: 'bad: why', stack: err.stack, fields: { traceId: 'abc', n: 1, err: { type: 'Error' } } },
  });
});
