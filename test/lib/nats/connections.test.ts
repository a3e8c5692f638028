import { readdirSync, readFileSync } from 'node:fs';
import type { NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { natsUser, OPERATOR, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { connectNats } from '../../../src/lib/nats/connect.ts';
import { type LiveConnection, liveConnections } from '../../../src/lib/nats/connections.ts';
import { inboxPrefix } from '../../../src/lib/nats/permissions.ts';
import { askServer } from '../../../src/lib/nats/system.ts';
import { leafSha256 } from '../../../src/lib/pki/inspect.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from './cluster.ts';
import { SETTINGS } from './settings.ts';

let cluster: NatsCluster;
let clients: NatsConnection[] = [];
let system: NatsConnection[] = [];
beforeAll(async () => {
  cluster = await startNats({ size: 3, services: [SETTINGS] });
  system = await Promise.all(cluster.nodes.map((_, node) => open(SYSTEM, node)));
});
afterEach(async () => {
  await Promise.all(clients.map((nc) => nc.close()));
  clients = [];
});
afterAll(async () => {
  await Promise.all(system.map((nc) => nc.close()));
  await cluster?.stop();
});

const open = (holder: string, node: number) =>
  connectNats({
    to: cluster.nodes[node] as NatsCluster['nodes'][number],
    identity: cluster.identity(holder),
    ca: cluster.ca,
    inboxPrefix: inboxPrefix(holder),
    name: holder,
    timeout: 1500,
  });
const connect = async (count: number, node: number) =>
  clients.push(...(await Promise.all(Array.from({ length: count }, () => open('settings', node)))));
const sessions = {
  system: async ({ name }: { name: string }) =>
    system[cluster.nodes.findIndex((node) => node.name === name)] as NatsConnection,
};
const look = async (pageSize = 1024) => {
  const found = await liveConnections(cluster.nodes, sessions, { pageSize });
  return { found, rows: found.flatMap(({ connections }) => connections ?? []) };
};
const settingsIn = (rows: LiveConnection[]) =>
  rows.filter(({ user }) => user === natsUser(FLEET, 'settings'));

describe('live connections', () => {
  it('are told by every node, with user and certificates', async () => {
    const before = Date.now();
    await connect(1, 0);
    await connect(2, 1);
    const { rows } = await look();
    const settings = settingsIn(rows);
    expect(settings.map(({ node }) => node).sort()).toEqual(['nats-1', 'nats-2', 'nats-2']);
    const leaf = leafSha256(readFileSync(cluster.identity('settings').cert, 'utf8'));
    expect(settings[0]).toMatchObject({ name: 'settings', leaf });
    expect(settings[0]?.chain).toHaveLength(1);
    expect(Math.abs((settings[0]?.start.getTime() ?? 0) - before)).toBeLessThan(60_000);
    expect(rows.filter(({ user }) => user === natsUser(FLEET, SYSTEM))).toHaveLength(3);
  });

  it('are told to the last one, page by page', async () => {
    await connect(7, 2);
    for (const pageSize of [2, 3, 100])
      expect(settingsIn((await look(pageSize)).rows).map(({ cid }) => cid)).toHaveLength(7);
  });

  it('are not missed where others leave between two pages', async () => {
    for (let i = 0; i < 8; i++) await connect(1, 2);
    const all = settingsIn((await look()).rows).map(({ cid }) => cid);
    clients.push(await open(OPERATOR, 2));
    const leaving = clients.slice(0, 4);
    const pinned = system[2] as NatsConnection;
    let asked = 0;
    const request: NatsConnection['request'] = async (...args) => {
      if (asked++ === 1) {
        await Promise.all(leaving.map((nc) => nc.close()));
        await until('they are gone', async () => {
          const { connections } = await askServer(pinned, 'CONNZ', 1000);
          return connections.every(({ cid }) => !all.slice(0, 4).includes(cid));
        });
      }
      return await pinned.request(...args);
    };
    const between = { info: pinned.info, request } as NatsConnection;
    const [found] = await liveConnections(
      cluster.nodes.slice(2),
      { system: async () => between },
      { pageSize: 4 },
    );
    const cids = settingsIn(found?.connections ?? []).map(({ cid }) => cid);
    expect(cids).toEqual(expect.arrayContaining(all.slice(4)));
    expect(found?.connections?.map(({ name }) => name)).toContain(OPERATOR);
  });

  it('of a frozen node are unknown, never none', async () => {
    const { pid } = cluster.process('nats-3');
    cluster.process('nats-3').kill('SIGSTOP');
    try {
      // On a machine that is busy, a thread that runs answers once more.
      await until('nats-3 to stand still', () => threadsOf(pid).every((state) => state === 'T'));
      const { found } = await look();
      expect(found.map(({ connections }) => connections !== undefined)).toEqual([true, true, false]);
      expect(found[2]).toMatchObject({ node: 'nats-3', why: expect.stringContaining('no answer') });
    } finally {
      cluster.process('nats-3').kill('SIGCONT');
    }
  });
});

/** As Linux says: `T` is stopped. */
function threadsOf(pid = 0): string[] {
  return readdirSync(`/proc/${pid}/task`).map(
    (thread) => /\) (\w) /.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))?.[1] ?? '',
  );
}
