import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GetUsageRequestSchema, GetUsageResponseSchema } from '../../services/gen/ai_integration_pb.js';
import { CheckRateLimitRequestSchema, CheckRateLimitResponseSchema } from '../../services/gen/auth_pb.js';
import { type Asking, askingOf } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { failures, more, startLoad } from '../support/load.ts';
import { holdersOf, tasksByNode } from '../support/nats-state.ts';
import { until } from '../support/until.ts';
import { healed } from '../support/verify.ts';
import { isKept, type Volume, volumeAt } from '../support/volume.ts';

/** settings has its state in JetStream; what auth counts, and ai-integration, is in Redis. */
const test = fleetUnderTest(['auth', 'ai-integration', 'model-management']);
const fleet = test.platform;
let volume: Volume;
let asking: Asking;
beforeAll(async () => {
  await test.start();
  volume = volumeAt((await fleet.status()).gatewayUrl);
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
  it.each([
    ['the leader of a bucket', leaderOfSettings],
    ['the one with most tasks', mostCrowded],
  ])(
    '%s: every read is answered, every write is or fails in time, and none that was acknowledged is lost',
    async (_, choose) => {
      const reads = startLoad((n, _, signal) => volume.read(n % WORKERS, signal), reading);
      const writes = startLoad((n, worker, signal) => volume.write(worker, n, signal), writing);
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
        const kept = await volume.read(player, AbortSignal.timeout(AGAIN));
        expect(isKept(written, player, kept)).toBe(true);
      }
      await healed(fleet, '--only', 'nats.*');
    },
  );
});

describe('a Redis primary is killed under load', () => {
  it('every request that may be repeated is answered, every other one is or fails in time', async () => {
    // Of many users: over all shards.
    const userOf = (n: number) => `u${n % 50}`;
    const usage = startLoad(
      (n) =>
        asking.ask(
          'svc.ai.llm.v1.get_usage',
          [GetUsageRequestSchema, GetUsageResponseSchema],
          { userId: userOf(n) },
          AGAIN + BUSY,
        ),
      reading,
    );
    const limits = startLoad(
      (n) =>
        asking.ask(
          'svc.auth.v1.check_rate_limit',
          [CheckRateLimitRequestSchema, CheckRateLimitResponseSchema],
          { userId: userOf(n), resource: 'chat', action: 'say' },
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

async function leaderOfSettings(): Promise<string> {
  const [leader = ''] = await holdersOf(fleet, 'KV_settings');
  return leader;
}

async function mostCrowded(): Promise<string> {
  const nodes = await tasksByNode(fleet);
  return nodes.toSorted((a, b) => b.tasks.length - a.tasks.length)[0]?.node ?? '';
}
