import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GetUsageRequestSchema, GetUsageResponseSchema } from '../../services/gen/ai_integration_pb.js';
import { CheckRateLimitRequestSchema, CheckRateLimitResponseSchema } from '../../services/gen/auth_pb.js';
import { type Asking, askingOf, post } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { failures, more, type Outcome, startLoad } from '../support/load.ts';
import { until } from '../support/until.ts';
import { healed } from '../support/verify.ts';

/** settings has its state in JetStream; what auth counts, and ai-integration, is in Redis. */
const test = fleetUnderTest(['auth', 'ai-integration', 'model-management']);
const fleet = test.platform;
let gatewayUrl = '';
let asking: Asking;
beforeAll(async () => {
  await test.start();
  await healed(fleet, '--only', 'nats.*', '--only', 'redis.*', '--only', 'service.*');
  gatewayUrl = (await fleet.status()).gatewayUrl;
  asking = await askingOf(fleet);
});
afterEach(() => fleet.gsys('local', 'fault', 'heal', '--all'));
afterAll(async () => {
  await asking?.nc.close();
  await test.remove();
});

/** Milliseconds that a request has which may be done once only, or again; and what a busy machine adds. */
const ONCE = 2_000;
const AGAIN = 10_000;
const BUSY = 5_000;
const WORKERS = 4;
const reading = { workers: WORKERS, patience: AGAIN + BUSY };
const writing = { workers: WORKERS, patience: ONCE + BUSY };

describe('a node of NATS is killed under load', () => {
  const settings = (what: string, body: object, signal: AbortSignal) =>
    post(new URL(`/settings/${what}`, gatewayUrl), body, signal);
  const read = (player: number, signal: AbortSignal) =>
    settings('get', { playerId: `p${player}`, settingKeys: ['volume_master'] }, signal);
  const write = (player: number, value: number, signal: AbortSignal) => {
    const setting = { key: 'volume_master', valueType: 'number', value };
    return settings('update', { playerId: `p${player}`, merge: true, settings: [setting] }, signal);
  };

  it.each([
    ['the leader of a bucket', leaderOfSettings],
    ['the one with most tasks', mostCrowded],
  ])(
    '%s: every read is answered, every write is or fails in time, and none that was acknowledged is lost',
    async (_, choose) => {
      const reads = startLoad((n, _, signal) => read(n % WORKERS, signal), reading);
      const writes = startLoad((n, worker, signal) => write(worker, volumeOf(n), signal), writing);
      await more(reads, writes);
      const node = await choose();
      await test.inject('kill', `nats/${node}`);
      await until('it is started again', async () =>
        (await fleet.status()).nats.some(({ name, pid }) => name === node && pid !== undefined),
      );
      await more(reads, writes);
      const written = await writes.stop();
      expect(failures(await reads.stop())).toEqual({});
      expect(Object.keys(failures(written))).not.toContain('no answer');
      for (let player = 0; player < WORKERS; player++) {
        const { body } = await read(player, AbortSignal.timeout(AGAIN));
        expect(possible(written, player)).toContain(body.settings[0].value);
      }
      await healed(fleet, '--only', 'nats.*');
    },
  );
});

describe('a Redis primary is killed under load', () => {
  it('every request that may be repeated is answered, every other one is or fails in time', async () => {
    const usage = startLoad(
      (n) =>
        asking.ask(
          'svc.ai.llm.v1.get_usage',
          [GetUsageRequestSchema, GetUsageResponseSchema],
          // Over all shards.
          { userId: `u${n % 50}` },
          AGAIN + BUSY,
        ),
      reading,
    );
    const limits = startLoad(
      (n) =>
        asking.ask(
          'svc.auth.v1.check_rate_limit',
          [CheckRateLimitRequestSchema, CheckRateLimitResponseSchema],
          { userId: `u${n % 50}`, resource: 'chat', action: 'say' },
          ONCE + BUSY,
        ),
      writing,
    );
    await more(usage, limits);
    await test.inject('kill', 'redis/shard-1/primary');
    await until('it is started again', async () =>
      (await fleet.status()).redis.every(({ pid }) => pid !== undefined),
    );
    await more(usage, limits);
    expect(failures(await usage.stop())).toEqual({});
    expect(Object.keys(failures(await limits.stop()))).not.toContain('no answer');
    await healed(fleet, '--only', 'redis.*');
  });
});

/** Grows, so that a value that was lost is seen. */
function volumeOf(n: number): number {
  return n / 1_000_000;
}

/** What a player's value can be: the last one that was acknowledged, or one that was sent later. */
function possible(written: Outcome[], player: number): number[] {
  const own = written.filter(({ worker }) => worker === player);
  const last = own.findLastIndex(({ answer }) => answer?.status === 200);
  return own.slice(last).map(({ n }) => volumeOf(n));
}

async function leaderOfSettings(): Promise<string> {
  const { nats } = await fleet.status();
  const response = await fetch(`${nats[0]?.monitorUrl}/jsz?accounts=true&streams=true`);
  const { account_details } = (await response.json()) as {
    account_details: { stream_detail: { name: string; cluster?: { leader?: string } }[] }[];
  };
  const streams = account_details.flatMap(({ stream_detail }) => stream_detail);
  return streams.find(({ name }) => name === 'KV_settings')?.cluster?.leader ?? '';
}

async function mostCrowded(): Promise<string> {
  const { nats } = await fleet.status();
  const counts = await Promise.all(
    nats.map(async ({ name, monitorUrl }) => {
      const { connections } = (await (await fetch(`${monitorUrl}/connz`)).json()) as {
        connections: { name?: string }[];
      };
      const tasks = connections.filter(({ name }) => name === 'settings' || name === 'gateway');
      return { name, count: tasks.length };
    }),
  );
  return counts.toSorted((a, b) => b.count - a.count)[0]?.name ?? '';
}
