import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authEndpoints } from '../../../services/auth/handlers.ts';
import {
  CheckRateLimitRequestSchema,
  CheckRateLimitResponseSchema,
  CreateSessionRequestSchema,
  CreateSessionResponseSchema,
  RevokeSessionRequestSchema,
  RevokeSessionResponseSchema,
  ValidateSessionRequestSchema,
  ValidateSessionResponseSchema,
} from '../../../services/gen/auth_pb.js';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { bucketOf } from '../../../services/sdk/kv.ts';
import { redisOf } from '../../../services/sdk/redis.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { until } from '../../support/until.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let redis: TestRedis;
let tasks: Task[];

/** The service itself, but for where its Redis is, and for a clock that the tests may set. */
let ahead = 0;
const parts: ServiceParts = {
  endpoints: (context) => {
    const environment = { ...context.environment, redisServers: redis.servers, redisAuth: redis.auth };
    const counters = redisOf({ ...context, environment, tlsFiles: redis.tlsFiles });
    return authEndpoints(bucketOf(context), counters, () => Date.now() + ahead);
  },
};
const start = () => Promise.all([lab.start('auth', parts), lab.start('auth', parts)]);

beforeAll(async () => {
  [lab, redis] = await Promise.all([startLab(['auth']), startRedis()]);
  tasks = await start();
});
afterAll(async () => {
  await lab?.stop();
  await redis?.stop();
});

const create = (init: MessageInitShape<typeof CreateSessionRequestSchema>) =>
  lab.ask('svc.auth.v1.create_session', CreateSessionRequestSchema, CreateSessionResponseSchema, init);
const validate = (sessionToken: string) =>
  lab.ask('svc.auth.v1.validate_session', ValidateSessionRequestSchema, ValidateSessionResponseSchema, {
    sessionToken,
  });
const revoke = (sessionToken: string) =>
  lab.ask('svc.auth.v1.revoke_session', RevokeSessionRequestSchema, RevokeSessionResponseSchema, {
    sessionToken,
  });
const check = (userId: string, resource = 'payment', action = 'process') =>
  lab.ask('svc.auth.v1.check_rate_limit', CheckRateLimitRequestSchema, CheckRateLimitResponseSchema, {
    userId,
    resource,
    action,
  });

function signalRedis(signal: NodeJS.Signals): void {
  for (const keeper of redis.keepers) {
    const pid = keeper.pid();
    if (pid !== undefined) process.kill(pid, signal);
  }
}

describe('a session', () => {
  it('is valid for every task, with what it was made with', async () => {
    const { sessionToken, expiresAtMs } = await create({ userId: 'ann', sessionData: { level: 7 } });
    for (let i = 0; i < 10; i++)
      expect(await validate(sessionToken)).toMatchObject({
        isValid: true,
        userId: 'ann',
        sessionData: { level: 7 },
        expiresAtMs,
      });
  });

  it('survives the tasks', async () => {
    const { sessionToken } = await create({ userId: 'ben' });
    for (const task of tasks) await task.stop();
    tasks = await start();
    expect((await validate(sessionToken)).isValid).toBe(true);
  });

  it('is over when its time is, and not before', async () => {
    const { sessionToken } = await create({ userId: 'cid', ttlSeconds: 60 });
    try {
      ahead = 59_000;
      expect((await validate(sessionToken)).isValid).toBe(true);
      ahead = 61_000;
      expect(await validate(sessionToken)).toMatchObject({ isValid: false, userId: '' });
    } finally {
      ahead = 0;
    }
  });

  it('is over for all tasks as soon as it is revoked', async () => {
    const { sessionToken } = await create({ userId: 'dan' });
    expect((await revoke(sessionToken)).success).toBe(true);
    for (let i = 0; i < 10; i++) expect((await validate(sessionToken)).isValid).toBe(false);
    expect((await revoke(sessionToken)).success).toBe(false);
  });

  it('is nobody’s who only looks like it', async () => {
    const { sessionToken } = await create({ userId: 'eve' });
    const changed = (sessionToken.startsWith('A') ? 'B' : 'A') + sessionToken.slice(1);
    for (const token of [changed, '', 'gsys-probe', '*', '>', `${sessionToken}.`, 'x'.repeat(10_000)])
      expect(await validate(token)).toMatchObject({ isValid: false, userId: '' });
  });

  it('leaves no token where others could read it', async () => {
    const { sessionToken } = await create({ userId: 'fay' });
    const kv = await lab.operator.jetstream().views.kv('sessions', { bindOnly: true });
    const keys: string[] = [];
    for await (const key of await kv.keys()) keys.push(key);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain(sessionToken);
    expect(tasks.flatMap(({ lines }) => lines.map((line) => JSON.stringify(line))).join()).not.toContain(
      sessionToken,
    );
  });

  it.each<[string, MessageInitShape<typeof CreateSessionRequestSchema>]>([
    ['nobody', {}],
    ['a user beyond all measure', { userId: 'x'.repeat(129) }],
    ['no time', { userId: 'x', ttlSeconds: 0 }],
    ['a time without end', { userId: 'x', ttlSeconds: 4_294_967_295 }],
    ['more data than a session may hold', { userId: 'x', sessionData: { text: 'x'.repeat(20_000) } }],
  ])('is not made for %s', async (_, init) => {
    expect((await create(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('a rate limit', () => {
  it('is shared by all tasks', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => check('greedy')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(30);
    const last = await check('greedy');
    expect(last).toMatchObject({ allowed: false, remaining: 0, limit: 30 });
    expect(Number(last.resetAtMs)).toBeGreaterThan(Date.now());
    expect((await check('modest')).remaining).toBe(29);
  });

  it('keeps users, resources and actions apart', async () => {
    expect(await check('one', 'ai.llm', 'infer')).toMatchObject({ limit: 20, remaining: 19 });
    expect(await check('one', 'ai.llm', 'other')).toMatchObject({ limit: 20, remaining: 19 });
    expect(await check('one.ai', 'llm', 'infer')).toMatchObject({ limit: 120, remaining: 119 });
  });

  it('refuses to count for nobody', async () => {
    expect((await check('')).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect((await check('x', '')).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('is UNAVAILABLE while Redis is, and sessions go on', async () => {
    const { sessionToken } = await create({ userId: 'gus' });
    signalRedis('SIGSTOP');
    try {
      expect((await check('greedy')).error?.code).toBe(Error_Code.UNAVAILABLE);
      expect((await validate(sessionToken)).isValid).toBe(true);
    } finally {
      signalRedis('SIGCONT');
    }
    await until('Redis to count again', async () => (await check('patient')).error === undefined);
  });
});

describe('whatever comes, auth', () => itWithstandsNonsense('auth', () => lab));
