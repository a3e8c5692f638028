import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInbox } from '../../../services/sdk/inbox.ts';
import { type Bucket, bucketOf, safeKey, waitForBuckets } from '../../../services/sdk/kv.ts';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';

const nodes = embeddedLayout(leaseSlot(), '', { shards: 3, replicasPerShard: 1 }).nats.slice(2);
const DEFINITION = { name: 'counters', purpose: '', endpoints: [], state: { kv: ['counters'] } };
let folder: string;
let servers: ReturnType<typeof spawn>[];
let nc: NatsConnection;
let counters: Bucket;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kv-'));
  const routes = nodes.map(({ routePort }) => `nats://127.0.0.1:${routePort}`).join(', ');
  servers = nodes.map(({ name, clientPort, routePort }) => {
    const file = path.join(folder, `${name}.conf`);
    writeFileSync(
      file,
      `server_name: ${name}, listen: "127.0.0.1:${clientPort}", jetstream { store_dir: "${folder}/${name}" }
       cluster { name: kv, listen: "127.0.0.1:${routePort}", routes: [${routes}] }`,
    );
    return spawn('nats-server', ['-c', file], { stdio: 'ignore' });
  });
  const urls = nodes.map(({ clientPort }) => `nats://127.0.0.1:${clientPort}`);
  nc = await until('a JetStream leader', async () => {
    const candidate = await connect({ servers: urls, timeout: 1_000 }).catch(() => undefined);
    const led = await candidate?.jetstreamManager().then(
      () => true,
      () => false,
    );
    if (!led) await candidate?.close();
    return led ? candidate : undefined;
  });
  const listen = () => undefined;
  counters = bucketOf({
    link: {
      ...{ connection: () => nc, isConnected: () => true, onReconnect: listen, onDisconnect: listen },
      untilConnected: async () => undefined,
      inbox: createInbox('_INBOX'),
    },
    definition: DEFINITION,
  });
});

afterAll(async () => {
  await nc?.close();
  await Promise.all(
    servers.map(async (server) => {
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    }),
  );
  rmSync(folder, { recursive: true, force: true });
});

describe('a bucket', () => {
  it('is made at its first use, with three replicas in a cluster', async () => {
    await until('three nodes that can hold it', () =>
      counters.get('x').then(
        () => true,
        () => false,
      ),
    );
    const { config } = await (await nc.jetstreamManager()).streams.info('KV_counters');
    expect(config.num_replicas).toBe(3);
  });

  it('loses no change of writers that come at the same time, however often they do', async () => {
    const add = (n = 0) => n + 1;
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 5 }, () => counters.update<number>(`n-${round}`, add)));
      expect(await counters.get(`n-${round}`)).toBe(5);
    }
  });

  it('that is there already expires as its service says now', async () => {
    const { streams } = await nc.jetstreamManager();
    const { signal } = new AbortController();
    for (const [expire, seconds] of [
      [{ counters: 3600 }, 3600],
      [undefined, 0],
    ] as const) {
      const state = { ...DEFINITION.state, ...(expire && { expire }) };
      await Promise.all([1, 2].map(() => waitForBuckets(nc, { ...DEFINITION, state }, signal)));
      expect((await streams.info('KV_counters')).config.max_age).toBe(seconds * 1e9);
    }
    expect(await counters.get('n-0')).toBe(5);
  });

  it('is read to its end while keys of it are removed for good', async () => {
    const { streams } = await nc.jetstreamManager();
    let over = false;
    const churning = [0, 1, 2, 3].map(async (worker) => {
      for (let i = 0; !over; i++) {
        const key = `churn.${worker}-${i}`;
        await counters.update(key, () => 1);
        // As forgetting does: nothing of the key is left to be counted.
        await streams.purge('KV_counters', { filter: `$KV.counters.${key}` });
      }
    });
    try {
      for (let round = 0; round < 60; round++) {
        const { values } = await counters.list<number>('');
        expect(values.get('n-0')).toBe(5);
      }
    } finally {
      over = true;
      await Promise.all(churning);
    }
  });

  it('writes nothing where nothing changes', async () => {
    await counters.update('untouched', () => undefined);
    expect(await counters.get('untouched')).toBeUndefined();
  });

  it('is made anew when somebody deleted it', async () => {
    await (await nc.jetstreamManager()).streams.delete('KV_counters');
    await until('the new one', () =>
      counters
        .update('m', () => 1)
        .then(
          () => true,
          () => false,
        ),
    );
    expect(await counters.get('m')).toBe(1);
  });
});

describe('safeKey', () => {
  it('leaves a common id as it is, for people to find', () =>
    expect(safeKey('Player_1-a')).toBe('Player_1-a'));

  it('never gives two ids one key', () => {
    const ids = ['a=b', 'a=3db', 'a.b', 'a b', 'ä', '>', '*', '.', '..'];
    const keys = ids.map(safeKey);
    expect(new Set(keys).size).toBe(ids.length);
    for (const key of keys) expect(key).toMatch(/^[-/=\w]+$/);
  });
});
