import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stream } from '../../../src/lib/fleet/fleet.ts';
import { streamSchema } from '../../../src/lib/fleet/fleet-schema.ts';
import { OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { connectNats } from '../../../src/lib/nats/connect.ts';
import { connectOperator } from '../../../src/lib/nats/operator.ts';
import { inboxPrefix } from '../../../src/lib/nats/permissions.ts';
import type { StreamState } from '../../../src/lib/nats/stream-state.ts';
import { type Streams, streams } from '../../../src/lib/nats/streams.ts';
import { planStreams } from '../../../src/lib/streams/plan.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from './cluster.ts';

const forever = new AbortController().signal;
let cluster: NatsCluster;
let operator: NatsConnection;
let store: Streams;
beforeAll(async () => {
  cluster = await startNats({ size: 3 });
  operator = await connect();
  store = streams(operator, forever);
});
afterAll(async () => {
  await operator?.close();
  await cluster?.stop();
});

function connect() {
  return connectNats({
    to: cluster.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`),
    identity: cluster.identity(OPERATOR),
    ca: cluster.ca,
    inboxPrefix: inboxPrefix(OPERATOR),
    name: OPERATOR,
    timeout: 5000,
  });
}

const stream = (name: string, more: Partial<Stream> = {}): Stream =>
  streamSchema.parse({
    ...{
      name,
      subjects: [`evt.${name.toLowerCase()}.>`],
      maxAge: 3600,
      maxMessageBytes: 1024,
      maxConsumers: 9,
    },
    ...more,
  });
const find = async (name: string) => {
  const found = (await store.list()).streams.find((one) => one.name === name);
  return found as StreamState;
};
/** What a plan of these alone would still change. */
const left = async (...wanted: Stream[]) =>
  planStreams(wanted, await store.list(), () => true, store.version).changes;
const troubleOf = async (wanted: Stream, through = store) =>
  planStreams([wanted], await through.list(), () => true, store.version).plan.streams[0]?.trouble;

describe('a stream', () => {
  it('is as defined when it was made, and is made once', async () => {
    const wanted = stream('MADE', {
      retention: 'workqueue',
      maxBytes: 4096,
      discard: 'new',
      duplicateWindow: 60,
    });
    expect(await left(wanted)).toHaveLength(1);
    await store.create(wanted);
    await store.create(wanted);
    expect(await left(wanted)).toEqual([]);
    await until('a leader and two replicas in step', async () => (await troubleOf(wanted)) === undefined);
    expect(await find('MADE')).toMatchObject({ messages: 0, bytes: 0, consumers: 0, replicas: [{}, {}] });
  });

  it('changes in place, with its messages and with what the definition does not speak of', async () => {
    const wanted = stream('CHANGED');
    const { streams: manager } = await operator.jetstreamManager();
    const config = { name: 'CHANGED', subjects: wanted.subjects, num_replicas: 1, max_consumers: 9 };
    await manager.add({ ...config, allow_rollup_hdrs: true, max_msgs: 5 });
    await store.update(wanted, await find('CHANGED'));
    await until('it to be as defined', async () => (await left(wanted)).length === 0);
    expect((await find('CHANGED')).config).toMatchObject({ allow_rollup_hdrs: true, max_msgs: 5 });
    await until('two new replicas', async () => (await troubleOf(wanted)) === undefined);
  });

  it.each<[string, Partial<Stream>, RegExp]>([
    ['storage', { storage: 'memory' }, /can not change storage/],
    ['number of consumers', { maxConsumers: 8 }, /can not change MaxConsumers/],
    ['retention', { retention: 'workqueue' }, /can not change retention/],
    ['retention, on servers before 2.10', { retention: 'interest' }, /can not change retention/],
  ])('keeps its %s, as the plan knows: JetStream refuses', async (_, change, why) => {
    const before = stream('KEPT');
    await store.create(before);
    const after = stream('KEPT', change);
    const found = await find('KEPT');
    const { plan } = planStreams([after], await store.list(), () => true, store.version);
    expect(plan.streams[0]?.action).toBe('refused');
    await expect(store.update(after, found)).rejects.toMatchObject({
      code: 'STREAM_REFUSED',
      message: expect.stringMatching(why),
    });
  });

  it('cannot have a subject that another one holds', async () => {
    await store.create(stream('HOLDER'));
    await expect(store.create(stream('THIEF', { subjects: ['evt.holder.x'] }))).rejects.toMatchObject({
      code: 'STREAM_REFUSED',
      message: 'JetStream refuses THIEF: subjects overlap with an existing stream (10065)',
    });
  });

  it('cannot have more replicas than there are nodes', async () => {
    await expect(store.create(stream('WIDE', { replicas: 5 }))).rejects.toMatchObject({
      code: 'STREAM_REFUSED',
      message: expect.stringMatching(/no suitable peers/),
    });
  });
});

it('lists more than JetStream puts on a page', async () => {
  const names = Array.from({ length: 260 }, (_, i) => `MANY_${i}`);
  for (const name of names) await store.create(stream(name, { storage: 'memory', replicas: 1 }));
  const listed = (await store.list()).streams.map(({ name }) => name);
  expect(listed).toEqual(expect.arrayContaining(names));
  expect(new Set(listed).size).toBe(listed.length);
  const { streams: manager } = await operator.jetstreamManager();
  for (const name of names) await manager.delete(name);
});

it('is connected through another node where one is frozen, and says which ones do not answer where all are', async () => {
  const environment = {
    ...{ name: 'test', platform: 'embedded' as const },
    operator: { ...cluster.identity(OPERATOR), ca: cluster.ca, system: cluster.identity(OPERATOR) },
    nats: { clientUrls: [], transport: 'local' as const, nodes: cluster.nodes },
  };
  const wanted = stream('LASTING');
  await store.create(wanted);
  await until('all replicas', async () => (await troubleOf(wanted)) === undefined);
  const frozen = ['nats-2', 'nats-3'];
  cluster.process('nats-3').kill('SIGSTOP');
  const other = await connectOperator(environment, forever);
  await until('somebody to tell of it', async () => {
    // While a new leader of all is elected nobody answers.
    const trouble = await troubleOf(wanted, streams(other, forever)).catch(() => undefined);
    return trouble === 'its replica on nats-3 is not current';
  });
  await other.close();
  for (const node of ['nats-1', 'nats-2']) cluster.process(node).kill('SIGSTOP');
  await expect(connectOperator(environment, forever)).rejects.toMatchObject({
    code: 'NATS_UNREACHABLE',
    exitCode: 3,
    details: [
      expect.stringMatching(/^nats-1: no answer/),
      ...frozen.map((name) => expect.stringMatching(`^${name}: no answer`)),
    ],
  });
  await expect(connectOperator(environment, AbortSignal.timeout(10))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  for (const { name } of cluster.nodes) cluster.process(name).kill('SIGCONT');
});
