import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DisableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeTasksCommand,
  ECSClient,
  UpdateClusterSettingsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DefinitionFolder } from '../support/definition.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { type Platform, platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const CLUSTER = 'gaming-system-cluster';
const ALARM = (service: string, kind: string) => `gaming-system-${service}-${kind}`;
const SETTINGS = { cpu: ALARM('settings-nats', 'high-cpu'), tasks: ALARM('settings-nats', 'running-tasks') };

/** An idle task uses less than a hundredth of the CPU that it reserves, one that is asked all the time a third. */
const ALARMS = { cpu: 10, memory: 80, ...shortest(), tasks: shortest() };
/** Of the scheduler's seconds, which last a tenth: a health command is a Node that has to start. */
const HEALTH = { interval: 20, timeout: 40, retries: 1, startPeriod: 60 };

/** A fleet of its own whose alarms have the shortest windows there are, on a platform that is ten times as fast. */
let definition: DefinitionFolder;
let fleet: Platform;
let cloudwatch: CloudWatchClient;
let ecs: ECSClient;
let told: string;

beforeAll(async () => {
  definition = fleetFolder();
  const document = parse(readFileSync(path.join(definition.root, 'gsys.yaml'), 'utf8'));
  Object.assign(document.defaults, { alarms: ALARMS, health: HEALTH });
  definition.write('gsys.yaml', document);
  fleet = platform(definition.root);
  told = path.join(fleet.home, 'told.jsonl');
  for (const step of [['local', 'up', '--time-scale', '10'], ['build'], ['push'], ['deploy', '--yes']]) {
    const { code, stdout, stderr } = await fleet.gsys(...step);
    expect(code, `${step.join(' ')}: ${stdout}${stderr}`).toBe(0);
  }
  const { endpoint } = await fleet.status();
  const client = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  };
  cloudwatch = new CloudWatchClient(client);
  ecs = new ECSClient(client);
});
afterAll(async () => {
  cloudwatch?.destroy();
  ecs?.destroy();
  await fleet?.remove();
  definition?.remove();
});

interface Listed {
  alarms: { alarm: string; service: string; state: string; since?: string; actions: { alarm: string[] } }[];
}
interface Checked {
  status: string;
  alarms: { alarm: string; status: string; message: string }[];
  topic: { status: string; message: string };
  remedy: string[];
}
const check = async () => {
  const { code, stdout } = await fleet.gsys('alarms', 'check', '--json');
  return { code, ...(JSON.parse(stdout) as Checked) };
};
const badOnes = ({ alarms }: Checked) => alarms.filter(({ status }) => status !== 'pass');
const stateOf = async (alarm: string) =>
  (await fleet.json<Listed>('alarms', 'list')).alarms.find((one) => one.alarm === alarm)?.state;
const isWatched = () => until('every alarm is well', async () => (await check()).code === 0);

function shortest() {
  return { period: 10, evaluationPeriods: 1 };
}

/** What the subscribed file was told of an alarm since a place in it. */
function notifications(alarm: string, since = 0): string[] {
  if (!existsSync(told)) return [];
  return readFileSync(told, 'utf8')
    .slice(since)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(JSON.parse(line).Message) as { AlarmName: string; NewStateValue: string })
    .filter(({ AlarmName }) => AlarmName === alarm)
    .map(({ NewStateValue }) => NewStateValue);
}
const toldSoFar = () => (existsSync(told) ? readFileSync(told, 'utf8').length : 0);

describe('alarms from the definition', () => {
  it('are missing at first, and that is a difference', async () => {
    const { code, stdout } = await fleet.gsys('alarms', 'plan', '--exit-code', '--json');
    const plan = JSON.parse(stdout);
    expect(code).toBe(4);
    expect(plan).toMatchObject({ differs: true, topic: { action: 'create' } });
    expect(plan.alarms.map(({ action }: { action: string }) => action)).toEqual(Array(6).fill('create'));
    expect(await check()).toMatchObject({ code: 1, remedy: expect.arrayContaining(['gsys alarms apply']) });
  });

  it('are refused without consent, and a dry run changes nothing', async () => {
    const refused = await fleet.gsys('alarms', 'apply', '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout).error.code).toBe('NOT_CONFIRMED');
    expect(await fleet.json('alarms', 'apply', '--dry-run')).toMatchObject({ outcome: 'dry-run' });
    expect(await stateOf(SETTINGS.cpu)).toBe('MISSING');
  });

  it('are put with their topic and tagged; a second time there is nothing to do', async () => {
    const applied = await fleet.json<Listed & { outcome: string }>('alarms', 'apply', '--yes');
    expect(applied.outcome).toBe('applied');
    const { Tags } = await cloudwatch.send(
      new ListTagsForResourceCommand({
        ResourceARN: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${SETTINGS.cpu}`,
      }),
    );
    expect(Tags).toEqual([{ Key: 'gsys:fleet', Value: 'gaming-system' }]);
    expect(await fleet.json('alarms', 'apply', '--yes')).toMatchObject({ outcome: 'nothing-to-do' });
    expect((await fleet.gsys('alarms', 'plan', '--exit-code')).code).toBe(0);
  });

  it('are heard by nobody until somebody subscribed', async () => {
    expect((await check()).topic).toMatchObject({ status: 'fail', message: 'nobody has subscribed' });
    expect(await fleet.json('alarms', 'subscribe', 'ops@example.com', '--yes')).toMatchObject({
      status: 'pending',
    });
    expect((await check()).topic).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(/nobody has confirmed: ops@/),
    });
    const file = `file:${told}`;
    expect(await fleet.json('alarms', 'subscribe', file, '--yes')).toMatchObject({ status: 'confirmed' });
    expect(await fleet.json('alarms', 'subscribe', file, '--yes')).toMatchObject({
      outcome: 'nothing-to-do',
    });
    await isWatched();
  });

  it('are listed with their state and whom they tell', async () => {
    const { alarms } = await fleet.json<Listed>('alarms', 'list', 'settings');
    expect(alarms.map(({ service }) => service)).toEqual(Array(3).fill('settings'));
    expect(alarms[0]).toMatchObject({
      alarm: SETTINGS.cpu,
      since: expect.stringMatching(/^\d{4}-/),
      actions: { alarm: ['arn:aws:sns:us-east-1:000000000000:gaming-system-alerts'] },
    });
    expect((await fleet.gsys('alarms', 'list')).stdout).toMatch(/^ALARM +STATE +SINCE +TELLS +REASON\n/);
  });
});

describe('an alarm', () => {
  it('of a service that has no task any more fires, is told, and returns', async () => {
    const since = toldSoFar();
    const scale = (desiredCount: number) =>
      ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: 'settings-nats', desiredCount }));
    await scale(0);
    await until('it fires', () => notifications(SETTINGS.tasks, since).includes('ALARM'));
    expect(await check()).toMatchObject({ code: 1, status: 'fail' });
    const seen = JSON.parse(
      (await fleet.gsys('verify', '--only', 'alarms.*', '--only', 'ecs.*', '--json')).stdout,
    );
    expect(seen.findings).toContainEqual(
      expect.objectContaining({
        id: 'alarms.state/service/settings',
        status: 'fail',
        causedBy: 'ecs.running/service/settings',
      }),
    );
    await scale(2);
    await until('it is over', () => notifications(SETTINGS.tasks, since).at(-1) === 'OK');
    await isWatched();
  });

  it('of a service whose task freezes fires when ECS replaces it, and returns', async () => {
    const since = toldSoFar();
    const { tasks } = await fleet.status();
    const inject = await fleet.json<{ fault: { subjects: string[] } }>(
      ...['local', 'fault', 'inject', 'freeze', 'task/settings/1'],
    );
    expect(inject.fault.subjects).toHaveLength(1);
    await until('it fires', () => notifications(SETTINGS.tasks, since).includes('ALARM'));
    await until('it is over', () => notifications(SETTINGS.tasks, since).at(-1) === 'OK');
    const before = tasks.filter(({ service }) => service === 'settings').map(({ taskArn }) => taskArn);
    const { tasks: described } = await ecs.send(
      new DescribeTasksCommand({ cluster: CLUSTER, tasks: before }),
    );
    expect(described?.filter(({ stoppedReason }) => /health checks/.test(stoppedReason ?? ''))).toHaveLength(
      1,
    );
    await isWatched();
  });

  it('of a service that is busy fires, and returns when it is idle again', async () => {
    const since = toldSoFar();
    const { gatewayUrl } = await fleet.status();
    let busy = true;
    const work = Array.from({ length: 16 }, async () => {
      while (busy)
        await fetch(`${gatewayUrl}/settings/get`, { method: 'POST', body: '{"playerId":"p1"}' })
          .then((response) => response.text())
          .catch(() => undefined);
    });
    await until('it fires', () => notifications(SETTINGS.cpu, since).includes('ALARM')).finally(() => {
      busy = false;
    });
    await Promise.all(work);
    await until('it is over', () => notifications(SETTINGS.cpu, since).at(-1) === 'OK');
    await isWatched();
  });
});

describe('what is wrong with an alarm is named, and applying heals it', () => {
  const metric = {
    AlarmName: SETTINGS.cpu,
    Namespace: 'AWS/ECS',
    MetricName: 'CPUUtilization',
    Dimensions: [
      { Name: 'ClusterName', Value: CLUSTER },
      { Name: 'ServiceName', Value: 'settings-nats' },
    ],
    Statistic: 'Average' as const,
    Period: 10,
    EvaluationPeriods: 1,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold' as const,
  };
  it.each([
    [
      'deleted',
      () => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [SETTINGS.cpu] })),
      /no such alarm/,
    ],
    ['without actions', () => cloudwatch.send(new PutMetricAlarmCommand(metric)), /is mute: .*does not tell/],
    [
      'in a wrong unit',
      () => cloudwatch.send(new PutMetricAlarmCommand({ ...metric, Unit: 'Bytes' })),
      /cannot see: unit is Bytes/,
    ],
    [
      'with its actions disabled',
      () => cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [SETTINGS.cpu] })),
      /actions are disabled/,
    ],
  ])('%s', async (_, breakIt, message) => {
    await breakIt();
    const [named] = await until('it is named, and nothing else', async () => {
      const seen = await check();
      return seen.code === 1 && badOnes(seen).length === 1 && badOnes(seen);
    });
    expect(named).toMatchObject({
      alarm: SETTINGS.cpu,
      status: 'fail',
      message: expect.stringMatching(message),
    });
    expect((await fleet.gsys('verify', '--only', 'alarms.*')).code).toBe(1);
    expect((await fleet.gsys('alarms', 'apply', '--yes')).code).toBe(0);
    await isWatched();
  });

  it('on a metric that cannot exist: it is refused, with the command to type', async () => {
    const insights = (value: string) =>
      ecs.send(
        new UpdateClusterSettingsCommand({
          cluster: CLUSTER,
          settings: [{ name: 'containerInsights', value }],
        }),
      );
    await insights('disabled');
    const { code, stdout } = await fleet.gsys('alarms', 'apply', '--yes', '--json');
    expect(code).toBe(1);
    const { outcome, refused, plan } = JSON.parse(stdout);
    expect({ outcome, refused: refused.length }).toEqual({ outcome: 'incomplete', refused: 2 });
    expect(plan.wayOut).toMatch(
      /aws .* ecs update-cluster-settings --cluster gaming-system-cluster .*=enabled$/,
    );
    expect(await check()).toMatchObject({ code: 1 });
    await insights('enabled');
    await isWatched();
  });

  it('is not known when CloudWatch does not answer as it should', async () => {
    for (const kind of ['html', 'half']) {
      expect((await fleet.gsys('local', 'fault', 'inject', kind, 'aws/monitoring:*')).code).toBe(0);
      for (const question of ['list', 'plan', 'check']) {
        const { code, stdout } = await fleet.gsys('alarms', question, '--json');
        expect({ question, code }).toEqual({ question, code: 3 });
        expect(JSON.parse(stdout).error.code).toBe('ENDPOINT_UNREACHABLE');
      }
      const { stdout } = await fleet.gsys('verify', '--only', 'alarms.*', '--json');
      expect(JSON.parse(stdout).verdict).toBe('unknown');
      expect((await fleet.gsys('local', 'fault', 'heal', '--all')).code).toBe(0);
    }
    await isWatched();
  });
});

describe('a subscriber', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      const { Type, SubscribeURL } = JSON.parse(body);
      if (Type === 'SubscriptionConfirmation') await fetch(SubscribeURL);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => server.close());

  it('behind a URL confirms, and is named when it takes no notification any more', async () => {
    expect(await fleet.json('alarms', 'subscribe', url, '--yes', '--wait', '30')).toMatchObject({
      status: 'confirmed',
    });
    server.close();
    server.closeAllConnections();
    const alarm = { AlarmName: SETTINGS.cpu, StateReason: 'a test', StateValue: 'ALARM' as const };
    await cloudwatch.send(new SetAlarmStateCommand(alarm));
    const { topic } = await until('its retries are over', async () => {
      const seen = await check();
      return seen.topic.status !== 'pass' && seen;
    });
    expect(topic.message).toContain(url);
    const { stdout } = await fleet.gsys('verify', '--only', 'alarms.subscriber', '--json');
    expect(JSON.parse(stdout).findings[0].message).toContain(url);
  });
});
