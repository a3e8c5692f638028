import { describe, expect, it } from 'vitest';
import { streamSchema } from '../../../src/lib/fleet/fleet-schema.ts';
import { differenceText, streamDifferences } from '../../../src/lib/nats/stream-differences.ts';
import { type StreamTerms, streamConfig, streamState } from '../../../src/lib/nats/stream-state.ts';

const WANTED = streamSchema.parse({
  ...{ name: 'A', subjects: ['evt.a.>', 'evt.b.>'], maxAge: 3600, maxMessageBytes: 1024, maxConsumers: 10 },
});
/** As JetStream would tell it, had it been made from the definition. */
const MADE = streamState(
  { config: streamConfig(WANTED), state: { messages: 0, bytes: 0, consumer_count: 0 } },
  'nats-1',
).terms;

const differ = (terms: Partial<StreamTerms>, version = '2.9.10', wanted = WANTED) =>
  streamDifferences(wanted, { ...MADE, ...terms }, version);

it('finds none in a stream that was made from its definition, whatever the order of its subjects', () => {
  expect(differ({})).toEqual([]);
  expect(differ({ subjects: ['evt.b.>', 'evt.a.>'] })).toEqual([]);
});

it.each<[string, Partial<StreamTerms>, string]>([
  ['subjects', { subjects: ['evt.a.>'] }, 'subjects: evt.a.> -> evt.a.> evt.b.>'],
  ['an age', { maxAge: 60 }, 'maxAge: 60 s -> 3600 s'],
  ['no age at all', { maxAge: undefined }, 'maxAge: no limit -> 3600 s'],
  ['a size where there should be none', { maxBytes: 5 }, 'maxBytes: 5 bytes -> no limit'],
  ['the size of a message', { maxMessageBytes: 1 }, 'maxMessageBytes: 1 bytes -> 1024 bytes'],
  ['what is discarded', { discard: 'new' }, 'discard: new -> old'],
  ['replicas', { replicas: 1 }, 'replicas: 1 -> 3'],
  ['the window for duplicates', { duplicateWindow: 60 }, 'duplicateWindow: 60 s -> 120 s'],
])('finds %s, which can be changed in place', (_, terms, text) => {
  expect(differ(terms).map(differenceText)).toEqual([text]);
});

describe('what JetStream would refuse', () => {
  it.each<[string, Partial<StreamTerms>, RegExp]>([
    ['another storage', { storage: 'memory' }, /^storage: memory -> file \(a stream stays/],
    ['another number of consumers', { maxConsumers: 20 }, /^maxConsumers: 20 -> 10 \(a stream keeps/],
    [
      'what was a work queue',
      { retention: 'workqueue' },
      /^retention: workqueue -> limits \(a stream neither/,
    ],
  ])('is known: %s', (_, terms, text) => {
    expect(differenceText(differ(terms)[0] as never)).toMatch(text);
  });

  it('depends on the version for other retentions', () => {
    const before = differ({ retention: 'interest' }, '2.9.10');
    expect(before.map(({ refused }) => refused)).toEqual(['nats-server 2.9.10 keeps it; 2.10 would not']);
    expect(differ({ retention: 'interest' }, '2.10.0')[0]?.refused).toBeUndefined();
    expect(differ({ retention: 'interest' }, '3.0.0')[0]?.refused).toBeUndefined();
  });
});
