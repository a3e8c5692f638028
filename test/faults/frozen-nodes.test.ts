import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GetRequestSchema } from '../../services/gen/settings_pb.js';
import { settingsParts } from '../../services/settings/parts.ts';
import { taskAddress } from '../../src/lib/fleet/embedded-layout.ts';
import { OPERATOR } from '../../src/lib/fleet/identity.ts';
import { connectNats } from '../../src/lib/nats/connect.ts';
import { inboxPrefix } from '../../src/lib/nats/permissions.ts';
import { type NatsCluster, startNats } from '../lib/nats/cluster.ts';
import { SETTINGS } from '../lib/nats/settings.ts';
import { writeCompanions } from '../services/helpers/image.ts';
import { startTask, statusOf, type Task } from '../services/helpers/task.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from '../support/until.ts';

let cluster: NatsCluster;
let task: Task;
let operator: NatsConnection | undefined;
beforeAll(async () => {
  cluster = await startNats({ size: 3, services: [SETTINGS] });
});
afterAll(async () => {
  await operator?.close();
  await task?.stop();
  await cluster?.stop();
});

it('has one connection, and answers once, after attempts that frozen nodes let time out', async () => {
  task = startTask(settingsParts, {
    nats: { url: urlOf(0), bundle: bundleOf },
    host: taskAddress(leaseSlot(), 1),
    folder: writeCompanions(path.join(cluster.dir, 'image'), 'settings'),
    holder: 'settings',
  });
  await task.ready;
  const [home, ...others] = await Promise.all(
    cluster.nodes.map(async ({ name }) => ({ name, holds: (await open(name)).length })),
  ).then((nodes) => nodes.sort((a, b) => b.holds - a.holds).map(({ name }) => name));

  const attempts = countAttempts();
  for (const node of others) cluster.process(node).kill('SIGSTOP');
  cluster.process(home as string).kill('SIGKILL');
  await until('two attempts to time out', () => attempts.count() > 3);
  for (const node of others) cluster.process(node).kill('SIGCONT');
  await until('the task is ready', async () => (await statusOf(`${task.healthUrl}/ready`)) === 200);
  // The servers have by then seen, and closed, whatever a thawed attempt was.
  const closed = async () => (await Promise.all(others.map((node) => connz(node, 'closed')))).flat().length;
  await until('the servers have closed what was given up', async () => (await closed()) >= 2);
  attempts.end();

  operator = await connectNats({
    to: others.map((node) => urlOf(cluster.nodes.findIndex(({ name }) => name === node))),
    identity: cluster.identity(OPERATOR),
    ca: cluster.ca,
    inboxPrefix: inboxPrefix(OPERATOR),
    name: OPERATOR,
    timeout: 5000,
  });
  const replies: Uint8Array[] = [];
  const inbox = `${inboxPrefix(OPERATOR)}.replies`;
  operator.subscribe(inbox, { callback: (_error, { data }) => void replies.push(data) });
  const request = toBinary(
    GetRequestSchema,
    create(GetRequestSchema, { playerId: 'p', settingKeys: ['language'] }),
  );
  for (let i = 1; i <= 20; i++) {
    operator.publish('svc.settings.v1.get', request, { reply: inbox });
    await until('a reply', () => replies.length >= i, 5000);
  }
  await operator.flush();
  expect(replies).toHaveLength(20);
  const held = await Promise.all(others.map(open));
  expect(held.flat()).toHaveLength(1);
});

function urlOf(node: number): string {
  return `tls://127.0.0.1:${cluster.nodes[node]?.clientPort}`;
}

function bundleOf(holder: string): string {
  const { cert, key } = cluster.identity(holder);
  const [certPem, keyPem, ca] = [cert, key, cluster.ca].map((file) => readFileSync(file, 'utf8'));
  return JSON.stringify({ cert: certPem, key: keyPem, ca });
}

/** The task's connections to a node. */
async function open(node: string): Promise<{ name?: string }[]> {
  return (await connz(node, 'open')).filter(({ name }) => name === 'settings');
}

async function connz(node: string, state: 'open' | 'closed'): Promise<{ name?: string }[]> {
  const index = cluster.nodes.findIndex(({ name }) => name === node);
  const { monitorPort } = cluster.nodes[index] as unknown as { monitorPort: number };
  const response = await fetch(`http://127.0.0.1:${monitorPort}/connz?state=${state}`);
  return ((await response.json()) as { connections: { name?: string }[] }).connections;
}

/** Attempts to connect to NATS; nobody else in this process opens sockets to its ports meanwhile. */
function countAttempts(): { count(): number; end(): void } {
  let count = 0;
  const note = () => void count++;
  subscribe('net.client.socket', note);
  return { count: () => count, end: () => void unsubscribe('net.client.socket', note) };
}
