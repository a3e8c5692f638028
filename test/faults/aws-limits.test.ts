import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetFolder } from '../support/fleet-folder.ts';
import { type Platform, platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** Enough for more than one turn at AWS's one registration a second. */
const SERVICES = ['settings', 'state-manager', 'time-manager'];

/** A fleet in an account whose request rates somebody else has just used up. */
const definition = fleetFolder(SERVICES);
let fleet: Platform;
let ecs: ECSClient;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  fleet = platform(definition.root);
  expect(await fleet.gsys('local', 'up', '--aws-limits')).toMatchObject({ code: 0 });
  expect(await fleet.gsys('build', ...SERVICES)).toMatchObject({ code: 0 });
  expect(await fleet.gsys('push', ...SERVICES)).toMatchObject({ code: 0 });
  const client = {
    endpoint: (await fleet.status()).endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
    maxAttempts: 1,
  };
  ecs = new ECSClient(client);
  logs = new CloudWatchLogsClient(client);
});
afterAll(async () => {
  await fleet.remove();
  definition.remove();
});

/** Asks until it is too much. */
async function useUp(ask: (i: number) => Promise<unknown>): Promise<void> {
  let i = 0;
  await until('the rate is used up', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 30 }, () => ask(i++)));
    return asked.some((one) => one.status === 'rejected' && one.reason.name === 'ThrottlingException');
  });
}
const useUpRegistrations = () =>
  useUp((i) =>
    ecs.send(
      new RegisterTaskDefinitionCommand({
        family: `other-${i}`,
        containerDefinitions: [{ name: 'main', image: 'other', memory: 128 }],
      }),
    ),
  );
const useUpReads = () =>
  Promise.all([
    useUp(() => ecs.send(new ListServicesCommand({ cluster: 'gaming-system-cluster' }))),
    useUp(() => ecs.send(new DescribeTasksCommand({ cluster: 'gaming-system-cluster', tasks: ['a'] }))),
    useUp(() => logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/gaming-system-nats' }))),
  ]);

describe('where others use the same rates', () => {
  it('deploy registers and proves its services', async () => {
    await Promise.all([useUpRegistrations(), useUpReads()]);
    const { code, stdout } = await fleet.gsys('deploy', ...SERVICES, '--yes', '--json');
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    expect({ code, outcome: result.outcome }).toEqual({ code: 0, outcome: 'succeeded' });
  });

  it.each([
    ['status', ['status']],
    ['logs', ['logs', '--since', '1h']],
  ])('%s answers', async (_, args) => {
    await useUpReads();
    expect(await fleet.gsys(...args)).toMatchObject({ code: 0 });
  });

  it('verify sees all that AWS has to tell', async () => {
    await useUpReads();
    const { findings } = JSON.parse((await fleet.gsys('verify', '--json')).stdout) as {
      findings: { id: string; status: string; message: string }[];
    };
    expect(findings.filter(({ message }) => /throttled/i.test(message))).toEqual([]);
    const statusOf = (id: string) => findings.find((finding) => finding.id === id)?.status;
    // Of services, of tasks, of release records.
    expect(
      ['ecs.rollout', 'ecs.stops', 'ecs.revision'].map((check) => statusOf(`${check}/service/settings`)),
    ).toEqual(['pass', 'pass', 'pass']);
  });
});

describe('the limits themselves', () => {
  it('are shown, and go and come while the platform runs', async () => {
    const shown = async () => (await fleet.json<{ awsLimits: boolean }>('local', 'status')).awsLimits;
    expect(await shown()).toBe(true);
    await fleet.json('local', 'up', '--no-aws-limits');
    expect(await shown()).toBe(false);
    await fleet.json('local', 'up');
    expect(await shown()).toBe(false);
    await fleet.json('local', 'up', '--aws-limits');
    await fleet.json('local', 'up');
    expect(await shown()).toBe(true);
    expect((await fleet.gsys('local', 'status')).stdout).toContain("AWS's request rates");
  });
});
