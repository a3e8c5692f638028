import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import type { NatsNode } from '../../../src/lib/fleet/fleet.ts';
import { NODE_SCRIPT, nodeCall } from '../../../src/lib/nats/node-script.ts';
import type { NodeShell } from '../../../src/lib/tls/node/node-shell.ts';
import { ssmShell } from '../../../src/lib/tls/node/ssm-shell.ts';
import { accessTo } from '../../lib/aws/support/answers.ts';
import { until } from '../../support/until.ts';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';

let home: string;
let nodes: (NatsNode & { instanceId: string })[];
let endpoint: TestEndpoint;
let ssm: SSMClient;
let shell: NodeShell;
beforeAll(async () => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'gsys-run-')));
  nodes = embeddedLayout(0, home, { shards: 3, replicasPerShard: 1 }).nats;
  for (const { folder } of nodes) mkdirSync(folder, { recursive: true, mode: 0o700 });
  endpoint = await startEndpoint({ instances: nodes });
  ssm = new SSMClient(endpoint.client);
  shell = ssmShell(accessTo(endpoint.url));
});
afterAll(async () => {
  await endpoint?.close();
  rmSync(home, { recursive: true, force: true });
});

const node = (i: number) => nodes[i] as (typeof nodes)[number];
const send = (commands: string[], to = node(0).instanceId, DocumentName = 'AWS-RunShellScript') =>
  ssm.send(new SendCommandCommand({ DocumentName, InstanceIds: [to], Parameters: { commands } }));
const fail = async (work: Promise<unknown>) =>
  await work.then(
    () => undefined,
    (error) => error,
  );

describe('the shell over Run Command', () => {
  it('looks, makes a key and asks for a certificate, and brings no key back', async () => {
    writeFileSync(path.join(node(0).folder, 'nats-server.conf'), 'port: 1');
    expect(await shell(node(0), nodeCall('look', node(0).folder, []), undefined)).toMatch(
      /^config \S+\nfits no$/m,
    );
    const answer = await shell(node(0), nodeCall('request', node(0).folder, ['nats-1']), undefined);
    expect(answer).toMatch(/^request \S+$/m);
    expect(Buffer.from(answer).toString()).not.toContain('PRIVATE');
  });

  it('says what the script complained of', async () => {
    const call = nodeCall('back', node(1).folder, []);
    expect(await fail(shell(node(1), call, undefined))).toMatchObject({
      ...{ code: 'NODE_REFUSED', message: `nats-2: there is nothing in ${node(1).folder} to go back to` },
    });
  });

  it('says that a node is not reached whose instance is not there, or that has none', async () => {
    const call = nodeCall('look', node(0).folder, []);
    for (const instanceId of ['i-0123456789abcdef0', undefined])
      expect(await fail(shell({ ...node(0), instanceId }, call, undefined))).toMatchObject({
        code: 'NODE_UNREACHABLE',
      });
  });

  it('does not take a part of an output for all of it', async () => {
    // Not to be made shorter.
    writeFileSync(path.join(node(2).folder, 'nats-server.conf'), randomBytes(40_000).toString('hex'));
    expect(await fail(shell(node(2), nodeCall('look', node(2).folder, []), undefined))).toMatchObject({
      ...{ code: 'NODE_REFUSED', message: expect.stringContaining('24,000') },
    });
  });

  it('ends at Ctrl-C', async () => {
    const controller = new AbortController();
    const running = shell(node(0), nodeCall('look', node(0).folder, []), controller.signal);
    controller.abort(new Error('enough'));
    expect(await fail(running)).toMatchObject({ message: 'enough' });
  });
});

describe('the embedded Run Command', () => {
  const look = (i: number) => nodeCall('look', node(i).folder, []);

  it.each([
    ['another script', () => send(['id'])],
    ['another script before the call', () => send([`${NODE_SCRIPT}\nid`, look(0)])],
    ['a command besides', () => send([NODE_SCRIPT, look(0), 'id'])],
    ['a call that is more than words', () => send([NODE_SCRIPT, `${look(0)};id`])],
    ['a call of two lines', () => send([NODE_SCRIPT, `${look(0)}\nid`])],
    ["another node's folder", () => send([NODE_SCRIPT, look(1)])],
    ['a folder beside it', () => send([NODE_SCRIPT, `${look(0)}/..`])],
    ['a folder of the system', () => send([NODE_SCRIPT, nodeCall('look', '/etc', [])])],
    ['no command', () => send([])],
  ])('refuses %s', async (_, attempt) => {
    expect(await codeOf(attempt())).toBe('InvalidParameters');
  });

  it('refuses other documents and instances, and knows nothing of commands that nobody sent', async () => {
    expect(await codeOf(send([NODE_SCRIPT, look(0)], 'i-0123456789abcdef0'))).toBe('InvalidInstanceId');
    expect(await codeOf(send([NODE_SCRIPT, look(0)], node(0).instanceId, 'AWS-RunRemoteScript'))).toBe(
      'InvalidDocument',
    );
    const ask = (CommandId: string) =>
      ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: node(0).instanceId }));
    expect(await codeOf(ask('00000000-0000-4000-8000-000000000000'))).toBe('InvocationDoesNotExist');
    expect(await codeOf(ask('x'.repeat(36)))).toBe('InvalidCommandId');
  });

  it('tells how a command came to its end', async () => {
    const { Command } = await send([NODE_SCRIPT, look(0)]);
    const ask = new GetCommandInvocationCommand({
      ...{ CommandId: Command?.CommandId, InstanceId: node(0).instanceId },
    });
    const seen = await until('its end', async () => {
      const reply = await ssm.send(ask);
      return reply.Status !== 'InProgress' && reply;
    });
    expect(seen).toMatchObject({ Status: 'Success', StatusDetails: 'Success', ResponseCode: 0 });
    expect(endpoint.errors).toEqual([]);
  });
});
