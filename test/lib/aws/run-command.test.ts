import { expect, it } from 'vitest';
import { runCommand } from '../../../src/lib/aws/run-command.ts';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import type { NatsNode } from '../../../src/lib/fleet/fleet.ts';
import { ssmShell } from '../../../src/lib/tls/node/ssm-shell.ts';
import { type Answer, accessTo, answers } from './support/answers.ts';

const ID = '01234567-0123-4567-8901-012345678901';
const [FIRST] = embeddedLayout(0, '/n', { shards: 3, replicasPerShard: 1 }).nats;
const NODE = FIRST as NatsNode;

/** An endpoint that takes a command and tells of it what is given, one after the other. */
async function telling(looks: Answer[]) {
  const left = [...looks];
  return await answers(({ operation }) =>
    operation === 'SendCommand' ? { body: { Command: { CommandId: ID } } } : (left.shift() as Answer),
  );
}
const status = (Status: string, more: object = {}) => ({
  body: { Status, StatusDetails: Status, ResponseCode: -1, ...more },
});

it('waits for a command that is not known yet, not delivered yet, not done yet', async () => {
  const unknown = { status: 400, body: { __type: 'InvocationDoesNotExist' } };
  const done = status('Success', { ResponseCode: 0, StandardOutputContent: 'here' });
  const { url, requests } = await telling([unknown, status('Pending'), status('InProgress'), done]);
  expect(await runCommand(accessTo(url)).run('i-1', ['true'], undefined)).toEqual({
    ...{ kind: 'ran', exitCode: 0, stdout: 'here', stderr: '', status: 'Success', cut: false },
  });
  expect(requests).toHaveLength(5);
  const body = JSON.parse(requests[0]?.body ?? '');
  expect(body).toMatchObject({
    TimeoutSeconds: 30,
    Parameters: { commands: ['true'], executionTimeout: ['60'] },
  });
});

it.each(['Undeliverable', 'ExecutionTimedOut', 'DeliveryTimedOut', 'Terminated', 'Cancelled'])(
  'takes %s for a node that was not reached',
  async (StatusDetails) => {
    const { url } = await telling([status('Failed', { StatusDetails })]);
    await expect(ssmShell(accessTo(url))(NODE, 'gsys_node look /n', undefined)).rejects.toMatchObject({
      ...{ code: 'NODE_UNREACHABLE', message: expect.stringContaining(StatusDetails) },
    });
  },
);

it('leaves a refusal of AWS as it is', async () => {
  const { url } = await answers(() => ({
    status: 400,
    body: { __type: 'AccessDeniedException', message: 'no' },
  }));
  await expect(ssmShell(accessTo(url))(NODE, 'gsys_node look /n', undefined)).rejects.toMatchObject({
    code: 'AWS_CALL_FAILED',
  });
});
