import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Code, type ServiceError } from '../../../services/sdk/errors.ts';
import { type Redis, redisOf } from '../../../services/sdk/redis.ts';
import type { Resource, ServiceContext } from '../../../services/sdk/start.ts';
import { until } from '../../support/until.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let server: TestRedis;
let redis: Redis;
let resource: Resource;
const opened: Resource[] = [];
let lines: Record<string, unknown>[];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
beforeEach(() => {
  lines = [];
  redis = open('ai-integration:');
  resource = opened.at(-1) as Resource;
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.letGo();
});

const open = (redisPrefix: string | undefined, changes: object = {}): Redis =>
  redisOf(contextOf(redisPrefix, changes));

function contextOf(redisPrefix: string | undefined, changes: object = {}): ServiceContext {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const context = {
    definition: { name: 'ai-integration', purpose: '', endpoints: [], state: { redisPrefix } },
    environment: { redisServers: server.servers, redisAuth: server.auth, ...changes },
    ...{ tlsFiles: server.tlsFiles, log },
    need: (one: Resource) => void opened.push(one),
  };
  return context as unknown as ServiceContext;
}

/** Connected, as a task's is before it is asked. */
async function openAndWait(redisPrefix: string): Promise<Redis> {
  const one = open(redisPrefix);
  await opened.at(-1)?.untilThere(new AbortController().signal);
  return one;
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: ServiceError) => error.code,
  );

describe('Redis for a service', () => {
  beforeEach(async () => {
    redis = await openAndWait('ai-integration:');
  });

  it('keeps values under the service’s prefix for as long as they may live, over all shards', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => redis.set(key, `value of ${key}`, 60_000)));
    expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(
      keys.map((key) => `value of ${key}`),
    );
    expect(await (await openAndWait('other:')).get('k1')).toBeUndefined();
    const whole = await redis.run(async (cluster) =>
      (await Promise.all(cluster.nodes('master').map((node) => node.keys('*')))).flat(),
    );
    expect(whole.sort()).toEqual(keys.map((key) => `ai-integration:${key}`).sort());
    await redis.delete('k1');
    expect(await redis.get('k1')).toBeUndefined();
    await redis.set('short', 'x', 1);
    await until('its end', async () => (await redis.get('short')) === undefined);
  });

  it('counts for all tasks alike, within a window that begins with the first', async () => {
    const other = await openAndWait('ai-integration:');
    expect((await redis.count('limit', 1, 60_000)).sum).toBe(1);
    const sums = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? redis : other).count('limit', 1, 60_000)),
    );
    expect(sums.map(({ sum }) => sum).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 2),
    );
    expect(sums.every(({ leftMs }) => leftMs > 0 && leftMs <= 60_000)).toBe(true);
    await redis.count('brief', 1, 50);
    await until('a new window', async () => (await redis.count('brief', 1, 50)).sum === 1);
  });

  it('lets mistakes of whoever asks through as what they are', async () => {
    await redis.set('word', 'x', 60_000);
    await expect(redis.count('word', 1, 1_000)).rejects.toThrow('not an integer');
    await expect(redis.run(async () => JSON.parse('{'))).rejects.toBeInstanceOf(SyntaxError);
  });

  it('is one for endpoints and work of a task, and none without a prefix', () => {
    expect(() => open(undefined)).toThrow('declares no state.redisPrefix');
    const context = contextOf('ai-integration:');
    expect(redisOf(context)).toBe(redisOf(context));
  });
});

it('is not connected to before it is used', async () => {
  const other = await openAndWait('other:');
  const clients = () =>
    other.run(async (cluster) => {
      const told = await Promise.all(cluster.nodes('master').map((node) => node.info('clients')));
      return told.reduce((sum, text) => sum + Number(/connected_clients:(\d+)/.exec(text)?.[1]), 0);
    });
  // Those of other tests have left.
  const before = await until('a steady count', async () => {
    const count = await clients();
    await sleep(200);
    return (await clients()) === count && count;
  });
  const idle = open('ai-integration:');
  await sleep(200);
  expect(await clients()).toBe(before);
  await until('an answer', () => codeOf(idle.get('k')).then((code) => code === undefined));
  expect(await clients()).toBeGreaterThan(before);
});

describe('a Redis that is away', () => {
  it('is UNAVAILABLE for a wrong password, in time, and says why once', async () => {
    const locked = open('x:', { redisAuth: 'guessed' });
    expect(await codeOf(locked.get('k'))).toBe(Code.UNAVAILABLE);
    expect(await codeOf(locked.get('k'))).toBe(Code.UNAVAILABLE);
    expect(lines.length).toBeLessThan(4);
  });

  it('keeps a task from being ready, until it is there', async () => {
    let ready = false;
    for (const keeper of server.keepers) process.kill(keeper.pid() as number, 'SIGKILL');
    const { signal } = new AbortController();
    const waiting = resource.untilThere(signal).then(() => {
      ready = true;
    });
    await until('a reason in the log', () => lines.length > 0);
    expect([ready, await codeOf(redis.get('k'))]).toEqual([false, Code.UNAVAILABLE]);
    await Promise.all(server.keepers.map((keeper) => keeper.heal()));
    await waiting;
    expect(ready).toBe(true);
  });

  it('is UNAVAILABLE when a primary dies, and served again by its replica', async () => {
    redis = await openAndWait('ai-integration:');
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
    await Promise.all(keys.map((key) => redis.set(key, 'x', 600_000)));
    const primary = await redis.run(async (cluster) => cluster.nodes('master')[0]?.options.port);
    const index = server.servers.findIndex(({ port }) => port === primary);
    const pid = server.keepers[index]?.pid();
    process.kill(pid as number, 'SIGKILL');
    const codes = await Promise.all(keys.map((key) => codeOf(redis.get(key))));
    expect(new Set(codes)).toEqual(new Set([undefined, Code.UNAVAILABLE]));
    await until('all keys', async () => {
      const again = await Promise.all(keys.map((key) => codeOf(redis.get(key))));
      return again.every((code) => code === undefined);
    });
  });
});
