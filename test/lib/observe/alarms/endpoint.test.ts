import { expect, it } from 'vitest';
import { parseEndpoint } from '../../../../src/lib/observe/alarms/endpoint.ts';

const LOCAL = { platform: 'embedded', name: 'local' } as const;
const CLOUD = { platform: 'aws', name: 'production' } as const;

it.each([
  ['https://pager.example.com/hook?a=b', 'https', 'https://pager.example.com/hook?a=b'],
  ['http://127.0.0.1:9000', 'http', 'http://127.0.0.1:9000'],
  ['ops@example.com', 'email', 'ops@example.com'],
  ['file:alarms.jsonl', 'file', '/here/alarms.jsonl'],
  ['file:/tmp/alarms.jsonl', 'file', '/tmp/alarms.jsonl'],
  ['file:///tmp/alarms.jsonl', 'file', '/tmp/alarms.jsonl'],
])('%s is told by %s', (text, protocol, endpoint) => {
  expect(parseEndpoint(text, '/here', LOCAL)).toEqual({ protocol, endpoint });
});

it.each(['', 'ops', 'ftp://example.com', 'https://', 'file:', 'file:/tmp/', 'a b@example.com'])(
  '%j is nobody',
  (text) => {
    expect(() => parseEndpoint(text, '/here', LOCAL)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);

it('AWS delivers to no files', () => {
  expect(() => parseEndpoint('file:alarms.jsonl', '/here', CLOUD)).toThrow(/no files/);
});
