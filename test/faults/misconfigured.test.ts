import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsOf } from '../support/aws-clients.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { fillRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { healed, troubles, type Verified, verify } from '../support/verify.ts';

/**
 * Each fault is made behind gsys's back on the same fleet, named by verify and nothing else blamed, healed by typing
 * what verify printed, and then all is well again.
 */
const test = fleetUnderTest();
const fleet = test.platform;
beforeAll(async () => {
  await test.start();
  await fleet.must('autoscale', 'apply', '--yes');
  await healed(fleet);
}, 900_000);
afterAll(() => test.remove());

const ALL = ['nats-1', 'nats-2', 'nats-3', 'nats-4', 'nats-5'];
const NODE = 'nats-4';
const file = (node: string, ...names: string[]) => path.join(fleet.home, 'local', 'nats', node, ...names);

/** As somebody would on the machine itself. */
async function edit(
  how: 'restart' | 'reload',
  nodes: string[],
  change: (text: string) => string,
): Promise<void> {
  const { nats } = await fleet.status();
  for (const node of nodes) {
    const config = file(node, 'nats-server.conf');
    const text = readFileSync(config, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(config, change(text));
    const pid = nats.find(({ name }) => name === node)?.pid as number;
    // Its keeper starts it again.
    process.kill(pid, how === 'restart' ? 'SIGKILL' : 'SIGHUP');
  }
}

/** @returns what was seen once these are all that is bad in itself; a busy machine brings evidence late */
async function named(...wanted: string[]): Promise<Verified> {
  let last: string[] = [];
  try {
    return await until(
      `verify names ${wanted.join(', ')} and no other`,
      async () => {
        const seen = await verify(fleet);
        last = troubles(seen);
        return last.toSorted().join() === wanted.toSorted().join() && seen;
      },
      200_000,
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}; last: ${last.join(', ')}`);
  }
}

/** Types what is printed. A question that a command would ask is answered with yes. */
async function typeRemedy({ findings }: Verified): Promise<void> {
  const bad = findings.filter(
    ({ causedBy, status }) => !causedBy && (status === 'fail' || status === 'warn'),
  );
  const lines = [...new Set(bad.flatMap(({ remedy = [] }) => remedy))];
  expect(lines).not.toEqual([]);
  for (const line of lines) {
    const [gsys, ...args] = line.split(' ');
    expect(gsys).toBe('gsys');
    await fleet.must(...args, ...(/^(status|logs|alarms list)/.test(args.join(' ')) ? [] : ['--yes']));
  }
}

interface Case {
  fault: string;
  make(): Promise<unknown>;
  names: string[];
  code: number;
}

const CASES: Case[] = [
  {
    fault: 'a node with another cluster name',
    make: () => edit('restart', [NODE], (text) => text.replace('name: "gaming-system"', 'name: "other"')),
    names: [`fail nats.reach/${NODE}`],
    code: 1,
  },
  {
    fault: 'a node whose routes lead nowhere',
    make: () =>
      edit('restart', [NODE], (text) => text.replace(/"tls:\/\/127\.0\.0\.1:\d+"/g, '"tls://127.0.0.1:9"')),
    names: [`warn nats.dials/${NODE}`],
    code: 0,
  },
  {
    fault: 'a node that has loaded a configuration of somebody else’s',
    make: () => edit('reload', [NODE], (text) => text.replace(/gsys-config:\w+/, 'gsys-config:000000000000')),
    names: [`fail nats.config/${NODE}`],
    code: 1,
  },
  {
    fault: 'a node that does not require TLS',
    make: () =>
      edit('restart', [NODE], (text) =>
        text.replace('verify_and_map: true', 'verify_and_map: true\n  allow_non_tls: true'),
      ),
    names: [`fail nats.mtls/${NODE}`],
    code: 1,
  },
  {
    fault: 'a node that serves the certificate from before the last rotation',
    async make() {
      const names = ['cert', 'key', 'ca'].map((name) => file(NODE, 'tls', `${name}.pem`));
      const old = names.map((name) => readFileSync(name));
      await fleet.must('tls', 'rotate', 'leaf', NODE, '--yes');
      names.forEach((name, i) => {
        writeFileSync(name, old[i] as Buffer);
      });
      process.kill((await fleet.status()).nats.find(({ name }) => name === NODE)?.pid as number, 'SIGHUP');
    },
    names: [`warn nats.issued/${NODE}`],
    code: 0,
  },
  {
    fault: 'a permission that a service lacks',
    make: () => edit('reload', ALL, (text) => text.replaceAll('"svc.settings.v1.get q.settings", ', '')),
    names: ['fail service.subscriptions/settings'],
    code: 1,
  },
  {
    fault: 'a service that somebody has scaled to none',
    async make() {
      const { ecs } = await clientsOf(fleet);
      const cluster = 'gaming-system-cluster';
      await ecs.send(new UpdateServiceCommand({ cluster, service: 'settings-nats', desiredCount: 0 }));
    },
    names: ['fail ecs.running/settings'],
    code: 1,
  },
  {
    fault: 'an alarm that somebody has deleted',
    async make() {
      const { cloudwatch } = await clientsOf(fleet);
      const AlarmNames = ['gaming-system-settings-nats-high-cpu'];
      await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames }));
    },
    names: ['fail alarms.defined/settings'],
    code: 1,
  },
];

describe('verify names, and what it prints heals:', () => {
  it.each(CASES)('$fault', async ({ make, names, code }) => {
    await make();
    const seen = await named(...names);
    expect(seen.code).toBe(code);
    await typeRemedy(seen);
    await named();
  });
});

it('verify names a Redis shard whose memory is full, and is content when there is room', async () => {
  const empty = await fillRedis(fleet);
  const full = (await fleet.status()).redis.filter(({ shard }) => shard === 1).map(({ port }) => port);
  const seen = await named(...full.map((port) => `fail redis.memory/127.0.0.1:${port}`));
  expect(seen.code).toBe(1);
  await empty();
  await named();
});
