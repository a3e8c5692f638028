import { describe, expect, it } from 'vitest';
import { judgeCounts } from '../../../src/lib/observe/alarms/arrivals.ts';
import { observationsOf } from '../../../src/lib/observe/publish/observations.ts';
import type { Raw } from '../../../src/lib/observe/publish/raw.ts';
import { parseInfo } from '../../../src/lib/redis/info.ts';
import { usageOf } from '../../../src/lib/redis/usage.ts';
import { FLEET, NOW } from '../verify/fixture.ts';

const DAY = 24 * 3_600_000;
const SILENT = { why: 'nats-5: nobody listens there' };
const GATEWAY = { name: 'gateway', ecsService: 'http-nats-gateway', kind: 'gateway' as const };

/** Five nodes and two Redis nodes that are well. */
function healthy(): Raw {
  const node = { value: { peers: 4, stored: 10, letters: 2 } };
  return {
    nats: [1, 2, 3, 4, 5].map(() => structuredClone(node)),
    redis: ['a:1', 'b:1'].map((address) => ({
      value: { address, usage: { runId: 'r1', memory: 20, evicted: 5 } },
    })),
    ends: [30, 20].map((days) => ({ value: new Date(NOW.getTime() + days * DAY) })),
    logs: [{ service: GATEWAY, seen: { value: { errors: 0, failures: 3 } } }],
    gateway: [{ service: GATEWAY, seen: { value: [40, 900, 30] } }],
  };
}

const before = { 'a:1': { runId: 'r1', evicted: 3 }, 'b:1': { runId: 'r0', evicted: 100 } };

function seen(raw: Raw, last: typeof before | undefined = before) {
  const all = observationsOf(raw, FLEET, last, NOW);
  return Object.fromEntries(
    all.map(({ metric, service: _, ...one }) => [metric.name, 'value' in one ? one.value : one.why]),
  );
}

describe('what is published', () => {
  it('is the worst of what was seen, of counts what came since the run before', () => {
    expect(seen(healthy())).toEqual({
      Heartbeat: 1,
      CertificateDaysLeft: 20,
      JetStreamStorage: 10,
      NatsPeers: 4,
      DeadLetters: 2,
      RedisMemory: 20,
      // Two, and all five of the one that has been started anew.
      RedisEvictions: 7,
      ErrorLogs: 0,
      GatewayErrors: 3,
      GatewayLatency: 40,
    });
  });

  it('is nothing where a node says nothing and the others are well', () => {
    const raw = healthy();
    raw.nats[4] = SILENT;
    expect(seen(raw)).toMatchObject({ JetStreamStorage: SILENT.why, NatsPeers: SILENT.why, DeadLetters: 2 });
  });

  it('is what the others say where that is bad already', () => {
    const raw = healthy();
    raw.nats = [...raw.nats.slice(0, 3), { value: { peers: 3, stored: 95, letters: undefined } }, SILENT];
    expect(seen(raw)).toMatchObject({ JetStreamStorage: 95, NatsPeers: 3 });
  });

  it('is never a zero for what nobody could be asked', () => {
    const nothing = { why: 'no' };
    const raw: Raw = {
      ...{ nats: [SILENT], redis: [nothing], ends: [nothing] },
      logs: [{ service: GATEWAY, seen: nothing }],
      gateway: [{ service: GATEWAY, seen: nothing }],
    };
    const { Heartbeat, ...rest } = seen(raw);
    expect(Heartbeat).toBe(1);
    for (const value of Object.values(rest)) expect(value).toEqual(expect.any(String));
  });

  it('counts no evictions at the first run', () => {
    const raw = observationsOf(healthy(), FLEET, undefined, NOW);
    expect(raw.find(({ metric }) => metric.name === 'RedisEvictions')).toMatchObject({
      why: expect.stringMatching(/no run before/),
    });
  });
});

it.each([
  [{ delivered: 2, failed: 0 }, 'yes'],
  [{ delivered: 1, failed: 0 }, 'unknown'],
  [{ delivered: 1, failed: 1 }, 'unknown'],
  [{ delivered: 0, failed: 1 }, 'no'],
])('of two subscribers %o says %s', (counts, arrived) => {
  expect(judgeCounts(counts, 2).arrived).toBe(arrived);
});

it('a Redis node without a limit is compared with its machine', () => {
  const info = (maxmemory: number) =>
    `# Memory\r\nused_memory:50\r\nmaxmemory:${maxmemory}\r\ntotal_system_memory:1000\r\nrun_id:x\r\nevicted_keys:4\r\n`;
  expect(usageOf(parseInfo(info(100)))).toEqual({ runId: 'x', memory: 50, evicted: 4 });
  expect(usageOf(parseInfo(info(0))).memory).toBe(5);
  expect(() => usageOf(parseInfo('# Memory'))).toThrow(/INFO lacks/);
});
