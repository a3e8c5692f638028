import { describe, expect, it } from 'vitest';
import type { Stream } from '../../../src/lib/fleet/fleet.ts';
import { streamSchema } from '../../../src/lib/fleet/fleet-schema.ts';
import { type StreamState, streamConfig, streamState } from '../../../src/lib/nats/stream-state.ts';
import { planStreams } from '../../../src/lib/streams/plan.ts';

const stream = (name: string, subjects: string[], more: Partial<Stream> = {}): Stream =>
  streamSchema.parse({ name, subjects, maxAge: 3600, maxMessageBytes: 1024, ...more });

const made = (wanted: Stream, leader: string | undefined = 'nats-1'): StreamState =>
  streamState(
    {
      config: streamConfig(wanted),
      state: { messages: 7, bytes: 700, consumer_count: 1 },
      cluster: {
        ...(leader !== undefined && { leader }),
        replicas: ['nats-2', 'nats-3'].map((name) => ({ name, current: true, active: 1000 })),
      },
    },
    'nats-1',
  );

const plan = (wanted: Stream[], found: StreamState[]) =>
  planStreams(wanted, { streams: found, silent: [] }, (name) => name.startsWith('KV_'), '2.9.10');
const actions = (wanted: Stream[], found: StreamState[]) =>
  plan(wanted, found).plan.streams.map(({ stream: name, action }) => `${action} ${name}`);

const A = stream('A', ['evt.a.>']);
const B = stream('B', ['evt.b.>']);

it('creates what is missing, changes what differs, and leaves the rest', () => {
  const wanted = [A, stream('B', ['evt.b.>'], { maxAge: 60, duplicateWindow: 60 }), stream('C', ['evt.c.>'])];
  expect(actions(wanted, [made(A), made(B)])).toEqual(['update B', 'create C', 'unchanged A']);
  expect(plan(wanted, [made(A), made(B)]).changes.map(({ target }) => target)).toEqual(wanted.slice(1));
});

it('differs from nothing that is as defined', () => {
  const { plan: same, changes } = plan([A, B], [made(A), made(B)]);
  expect(same.differs).toBe(false);
  expect(changes).toEqual([]);
  expect(same.streams[0]?.found).toEqual({ messages: 7, bytes: 700, consumers: 1, leader: 'nats-1' });
});

it('names what is in no definition, but for what services made', () => {
  const others = [made(stream('LEGACY', ['evt.legacy.>'])), made(stream('KV_PREFERENCES', ['kv.>']))];
  expect(plan([A], [made(A), ...others]).plan.others).toMatchObject([
    { stream: 'LEGACY', subjects: ['evt.legacy.>'], messages: 7 },
  ]);
});

it('changes what can be changed of a stream whose other changes are refused', () => {
  const wanted = stream('A', ['evt.a.>'], { storage: 'memory', maxAge: 7200 });
  const { plan: partly, changes } = plan([wanted], [made(A)]);
  expect(partly.streams[0]).toMatchObject({
    action: 'update',
    changes: ['maxAge: 3600 s -> 7200 s'],
    refused: [expect.stringMatching(/^storage: file -> memory/)],
  });
  expect(changes[0]?.target).toMatchObject({ storage: 'file', maxAge: 7200 });
});

it('has nothing to do where everything is refused, and still differs', () => {
  const { plan: refused, changes } = plan([stream('A', ['evt.a.>'], { storage: 'memory' })], [made(A)]);
  expect(refused.streams[0]?.action).toBe('refused');
  expect(refused.differs).toBe(true);
  expect(changes).toEqual([]);
});

it('says nothing of a stream that nobody describes, and does not make it again', () => {
  const { plan: blind, changes } = planStreams(
    [A, B],
    { streams: [made(B)], silent: ['A'] },
    () => true,
    '2.9.10',
  );
  expect(blind.streams).toMatchObject([
    { stream: 'B', action: 'unchanged' },
    { stream: 'A', action: 'unknown', trouble: expect.stringMatching(/nobody/) },
  ]);
  expect(changes).toEqual([]);
});

it.each([
  [undefined, 'has no leader'],
  ['nats-1', undefined],
])('with leader %s says: %s', (leader, trouble) => {
  const state = { ...made(A), leader };
  expect(plan([A], [state]).plan.streams[0]?.trouble).toBe(trouble);
});

describe('a subject that another stream holds', () => {
  it('waits until the other one lets go of it', () => {
    const [taking, giving] = [stream('A', ['evt.a.>', 'evt.b.>']), stream('B', ['evt.new.>'])];
    expect(actions([taking, giving], [made(A), made(B)])).toEqual(['update B', 'update A']);
  });

  it('is refused to a new stream when the other one is in no definition', () => {
    const [planned] = plan([stream('C', ['evt.>'])], [made(stream('LEGACY', ['evt.legacy.>']))]).plan.streams;
    expect(planned).toMatchObject({
      action: 'refused',
      refused: ['subjects: none -> evt.> (LEGACY holds evt.legacy.>)'],
    });
  });

  it('is refused to one that is there, whose other terms change all the same', () => {
    const wanted = stream('A', ['evt.a.>', 'evt.legacy.x'], { maxAge: 60, duplicateWindow: 60 });
    const { plan: partly, changes } = plan([wanted], [made(A), made(stream('LEGACY', ['evt.legacy.>']))]);
    expect(partly.streams[0]?.refused).toEqual([
      'subjects: evt.a.> -> evt.a.> evt.legacy.x (LEGACY holds evt.legacy.>)',
    ]);
    expect(changes[0]?.target).toMatchObject({ subjects: ['evt.a.>'], maxAge: 60 });
  });

  it('is refused where two streams want to swap', () => {
    const swapped = [stream('A', ['evt.b.>']), stream('B', ['evt.a.>'])];
    expect(actions(swapped, [made(A), made(B)])).toEqual(['refused A', 'refused B']);
  });
});
