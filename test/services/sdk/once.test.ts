import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Code, type ServiceError } from '../../../services/sdk/errors.ts';
import { forgetDeleted } from '../../../services/sdk/forget-deleted.ts';
import { type Bucket, bucketOf } from '../../../services/sdk/kv.ts';
import { type LeaseOptions, leases } from '../../../services/sdk/leased.ts';
import { type Records, type RequestKey, records } from '../../../services/sdk/records.ts';
import type { ServiceContext } from '../../../services/sdk/start.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';

const CHANGES: Record<string, Partial<Service>> = {
  settings: {
    ...{ endpoints: [], publishes: [] },
    state: { kv: ['ledger', 'ledger-requests'], expire: { 'ledger-requests': 3600 }, stream: [] },
  },
};
const log = pino({ level: 'silent' });

let lab: Lab;
/** The same buckets as two tasks see them. */
let ledgers: Bucket[];
let requests: Bucket[];
let both: Records[];
let count = 0;
let id: string;

beforeAll(async () => {
  lab = await startLab(['settings'], CHANGES);
  const contexts: ServiceContext[] = [];
  const parts = {
    endpoints: (context: ServiceContext) => {
      contexts.push(context);
      return {};
    },
  };
  await lab.start('settings', parts);
  await lab.start('settings', parts);
  ledgers = contexts.map((context) => bucketOf(context));
  requests = contexts.map((context) => bucketOf(context, 'ledger-requests'));
  both = ledgers.map((bucket) => records(bucket));
});
beforeEach(() => {
  count++;
  id = `r${count}`;
});
afterAll(() => lab.stop());

const key = (name: string, fingerprint = 'f'): RequestKey => ({ id: name, fingerprint });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: ServiceError) => error.code,
  );

it('a record is there as long as its value is, also for whoever lists them', async () => {
  const [one, other] = both as [Records, Records];
  const keep = (of: string, next: number | null) => one.change(of, key(of), () => ({ next, result: 1 }));
  await keep(`${id}.a`, 1);
  await keep(`${id}.b`, null);
  await other.update<number>(`${id}.a`, (value = 0) => value + 1);
  expect(await other.list(`${id}.`)).toMatchObject({ values: new Map([[`${id}.a`, 2]]) });
  const { revision } = await one.list(`${id}.`);
  expect(await other.listSince(`${id}.`, revision)).toBeUndefined();
  // What is remembered of it outlives other writes.
  expect(await other.change(`${id}.a`, key(`${id}.a`), () => ({ next: 9, result: 9 }))).toBe(1);
});

it('a record that was removed is forgotten when nobody repeats its requests any more', async () => {
  const [one] = both as [Records];
  const remove = () => one.change(id, key('a'), () => ({ next: null, result: 'removed' }));
  await one.update(`${id}-there`, () => 1);
  await remove();
  const nc = await lab.as('settings');
  await forgetDeleted(nc, 'ledger');
  expect(await one.change(id, key('a'), () => ({ result: 'again' }))).toBe('removed');
  expect(await forgetDeleted(nc, 'ledger', { memoryMs: 0 })).toBeGreaterThan(0);
  expect(await ledgers[0]?.get(id)).toBeUndefined();
  expect(await one.get(`${id}-there`)).toBe(1);
});

describe('a change of a record', () => {
  const add = (task: number, by: number, of?: RequestKey) =>
    both[task]?.change<number, number>(id, of, (sum = 0) => ({ next: sum + by, result: sum + by }));

  it('is made once for a key, and both tasks give the first result', async () => {
    expect(await add(0, 5, key('a'))).toBe(5);
    expect(await add(1, 7, key('b'))).toBe(12);
    expect([await add(1, 5, key('a')), await add(0, 5, key('a'))]).toEqual([5, 5]);
    expect(await both[0]?.get(id)).toBe(12);
  });

  it('is made once when the same request comes to both at the same time, again and again', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, (_, i) => add(i % 2, 5, key('a'))));
    expect(results).toEqual(Array(8).fill(5));
    expect(await both[1]?.get(id)).toBe(5);
  });

  it('is made each time without a key', async () => {
    await add(0, 5);
    await add(1, 5);
    expect(await both[0]?.get(id)).toBe(10);
  });

  it('is refused for a key that another request had', async () => {
    await add(0, 5, key('a', 'one'));
    expect(await codeOf(add(1, 5, key('a', 'other')) as Promise<number>)).toBe(Code.CONFLICT);
  });

  it('leaves everything as it was when it throws, also the key', async () => {
    await add(0, 5, key('a'));
    const refuse = () => {
      throw new Error('not enough');
    };
    await expect(both[0]?.change(id, key('b'), refuse)).rejects.toThrow('not enough');
    expect(await add(1, 1, key('b'))).toBe(6);
  });

  it('remembers what removed the record, and what changed nothing', async () => {
    await add(0, 5, key('a'));
    const remove = () => ({ next: null, result: 'removed' });
    await both[0]?.change(id, key('b'), remove);
    expect(await both[1]?.get(id)).toBeUndefined();
    expect(await both[1]?.change(id, key('b'), () => ({ next: 1, result: 'again' }))).toBe('removed');
    await both[0]?.change(id, key('c'), () => ({ result: 'nothing' }));
    expect(await both[1]?.change(id, key('c'), () => ({ next: 1, result: 'again' }))).toBe('nothing');
  });

  it('leaves nothing behind when the record is gone and nobody had a key', async () => {
    await add(0, 5);
    await both[0]?.change(id, undefined, () => ({ next: null, result: null }));
    expect(await ledgers[0]?.get(id)).toBeUndefined();
  });

  it('remembers the last hundred requests, for a day', async () => {
    let now = Date.now();
    const ours = records(ledgers[0] as Bucket, () => now);
    const note = (name: string) => ours.change<string, string>(id, key(name), () => ({ result: name }));
    for (let i = 0; i < 101; i++) await note(`k${i}`);
    const kept = await ledgers[0]?.get<{ done: RequestKey[] }>(id);
    expect([kept?.done.length, kept?.done[0]?.id]).toEqual([100, 'k1']);
    now += 24 * 3_600_000 + 1;
    await note('later');
    expect((await ledgers[0]?.get<{ done: RequestKey[] }>(id))?.done.map((one) => one.id)).toEqual(['later']);
  });
});

describe('leased work', () => {
  const run = <R extends string>(
    task: number,
    work: (signal: AbortSignal) => Promise<R>,
    options: LeaseOptions = {},
    of: RequestKey | undefined = key('a'),
    userId = '',
  ) => leases(requests[task] as Bucket, options).run(id, { key: of, meta: { userId } as never, log }, work);
  const untilTaken = () =>
    until('the lease', async () => (await requests[0]?.list(`lease.${id}.`))?.values.size === 1);
  const never = () => new Promise<never>(() => undefined);

  it('is done once, and both tasks give the first result', async () => {
    let done = 0;
    const work = async () => `done ${++done}`;
    expect([await run(0, work), await run(1, work), await run(0, work)]).toEqual(Array(3).fill('done 1'));
  });

  it('tells the same request to come again while one task is at it', async () => {
    let finish = (_: string) => {};
    const first = run(0, () => new Promise<string>((resolve) => (finish = resolve)), { leaseMs: 600 });
    await untilTaken();
    // Renewed as long as the work goes on.
    await sleep(1_500);
    expect(await codeOf(run(1, never))).toBe(Code.ABORTED);
    finish('late');
    expect([await first, await run(1, never)]).toEqual(['late', 'late']);
  });

  it('is done by another task when the first one’s lease has ended', async () => {
    const dead = { leaseMs: 60_000, now: () => Date.now() - 59_700 };
    void run(0, never, dead).catch(() => undefined);
    await untilTaken();
    expect(await until('its end', () => run(1, async () => 'taken over').catch(() => false as const))).toBe(
      'taken over',
    );
  });

  it('is told to stop when its lease went to another, and its result is not kept', async () => {
    let told: unknown;
    const slow = run(
      0,
      (signal) =>
        new Promise<string>((resolve) => {
          signal.addEventListener('abort', () => {
            told = signal.reason;
            resolve('too late');
          });
        }),
      { leaseMs: 900, now: () => Date.now() - 60_000 },
    );
    await untilTaken();
    expect(await run(1, async () => 'other')).toBe('other');
    expect(await codeOf(slow)).toBe(Code.ABORTED);
    expect((told as ServiceError).code).toBe(Code.ABORTED);
    expect(await run(0, never)).toBe('other');
  });

  it('may be tried again at once when it has failed', async () => {
    await expect(run(0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await run(1, async () => 'yes')).toBe('yes');
  });

  it('is another user’s own, and refused for a key that another request had', async () => {
    await run(0, async () => 'one', {}, key('a'), 'u1');
    expect(await run(0, async () => 'two', {}, key('a'), 'u2')).toBe('two');
    expect(await codeOf(run(0, never, {}, key('a', 'other'), 'u1'))).toBe(Code.CONFLICT);
  });

  it('is done each time without a key', async () => {
    let done = 0;
    const context = { key: undefined, meta: undefined, log };
    const work = async () => ++done;
    const ours = leases(requests[0] as Bucket);
    expect([await ours.run(id, context, work), await ours.run(id, context, work)]).toEqual([1, 2]);
  });

  it('is kept in a bucket whose keys expire', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const ages = ['ledger', 'ledger-requests'].map(
      async (name) => (await streams.info(`KV_${name}`)).config.max_age,
    );
    expect(await Promise.all(ages)).toEqual([0, 3600e9]);
  });
});
