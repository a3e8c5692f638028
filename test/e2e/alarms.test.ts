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
  PutCompositeAlarmCommand,
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
const SETTINGS = { cpu: ALARM('settings-nats', 'high-cpu'), paging: ALARM('settings-nats', 'paging') };

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
    expect(plan.alarms.map(({ action }: { action: string }) => action)).toEqual(Array(8).fill('create'));
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
    expect(alarms.map(({ service }) => service)).toEqual(Array(4).fill('settings'));
    expect(alarms[0]).toMatchObject({
      alarm: SETTINGS.paging,
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
    await until('it fires', () => notifications(SETTINGS.paging, since).includes('ALARM'));
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
    await until('it is over', () => notifications(SETTINGS.paging, since).at(-1) === 'OK');
    await isWatched();
  });

  it('of a service whose task freezes fires when ECS replaces it, and returns', async () => {
    const since = toldSoFar();
    const { tasks } = await fleet.status();
    const inject = await fleet.json<{ fault: { subjects: string[] } }>(
      ...['local', 'fault', 'inject', 'freeze', 'task/settings/1'],
    );
    expect(inject.fault.subjects).toHaveLength(1);
    await until('it fires', () => notifications(SETTINGS.paging, since).includes('ALARM'));
    await until('it is over', () => notifications(SETTINGS.paging, since).at(-1) === 'OK');
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
    await until('it fires', () => notifications(SETTINGS.paging, since).includes('ALARM')).finally(() => {
      busy = false;
    });
    await Promise.all(work);
    await until('it is over', () => notifications(SETTINGS.paging, since).at(-1) === 'OK');
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
  const muted = { AlarmName: SETTINGS.paging, AlarmRule: `ALARM("${SETTINGS.cpu}")` };
  it.each([
    [
      'deleted',
      SETTINGS.paging,
      () => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [SETTINGS.paging] })),
      /no such alarm/,
    ],
    [
      'without actions, and blind for two of three',
      SETTINGS.paging,
      () => cloudwatch.send(new PutCompositeAlarmCommand(muted)),
      /cannot see: does not look at .*-high-memory; does not look at .*-running-tasks/,
    ],
    [
      'in a wrong unit',
      SETTINGS.cpu,
      () => cloudwatch.send(new PutMetricAlarmCommand({ ...metric, Unit: 'Bytes' })),
      /cannot see: unit is Bytes/,
    ],
    [
      'with its actions disabled',
      SETTINGS.paging,
      () => cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: [SETTINGS.paging] })),
      /is mute: its actions are disabled/,
    ],
  ])('%s', async (_, alarm, breakIt, message) => {
    await breakIt();
    const [named] = await until('it is named, and nothing else', async () => {
      const seen = await check();
      return seen.code === 1 && badOnes(seen).length === 1 && badOnes(seen);
    });
    expect(named).toMatchObject({ alarm, status: 'fail', message: expect.stringMatching(message) });
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

describe('an alarm that is looked after', () => {
  const warnings = async () => {
    const { stdout } = await fleet.gsys('verify', '--only', 'alarms.silences', '--json');
    return JSON.parse(stdout).findings.map(
      ({ status, message }: Record<string, string>) => `${status} ${message}`,
    );
  };

  it('is tried: the notification is seen in the file, and the alarm is back', async () => {
    expect(await fleet.json('alarms', 'test', SETTINGS.cpu, '--yes')).toMatchObject({
      ...{ outcome: 'arrived', told: true, paging: SETTINGS.paging },
    });
    await isWatched();
  });

  it('is silenced with a reason, which verify shows until that is ended', async () => {
    const reason = ['--for', '1h', '--reason', 'a game day'];
    expect((await fleet.gsys('alarms', 'silence', 'settings', ...reason)).code).toBe(2);
    expect(await fleet.json('alarms', 'silence', 'settings', ...reason, '--dry-run')).toMatchObject({
      outcome: 'dry-run',
    });
    expect(await warnings()).toEqual([expect.stringMatching(/^pass /)]);
    await fleet.json('alarms', 'silence', 'settings', ...reason, '--yes');
    expect(await warnings()).toEqual([expect.stringMatching(/^warn .*silenced by .*: a game day, until /)]);
    expect((await fleet.gsys('alarms', 'test', 'settings', '--yes')).code).toBe(1);
    await fleet.json('alarms', 'silence', '--end', 'settings', '--yes');
    expect(await warnings()).toEqual([expect.stringMatching(/^pass /)]);
    await isWatched();
  });

  it('has a history, and a dashboard beside it that is put once', async () => {
    const { entries } = await fleet.json<{ entries: { what: string }[] }>('alarms', 'history', 'settings');
    expect(entries.map(({ what }) => what)).toEqual(expect.arrayContaining(['state', 'action']));
    expect(await fleet.json('dashboards', 'apply', '--yes')).toMatchObject({ outcome: 'applied' });
    expect(await fleet.json('dashboards', 'apply', '--yes')).toMatchObject({ outcome: 'nothing-to-do' });
  });
});

describe('what AWS does not count', () => {
  interface Run {
    metrics: { metric: string; value?: number; missing?: string }[];
  }
  const publish = async () =>
    JSON.parse((await fleet.gsys('alarms', 'publish', '--yes', '--json')).stdout) as Run;

  it('has alarms once it is published, and is missing for a node that is silent', async () => {
    const document = parse(readFileSync(path.join(definition.root, 'gsys.yaml'), 'utf8'));
    // Ten times as fast, an hour is six minutes: no run is missed while this test goes on.
    document.environments.local.publishEvery = 3600;
    definition.write('gsys.yaml', document);
    const refused = await fleet.gsys('alarms', 'apply', '--dry-run', '--json');
    expect(JSON.parse(refused.stdout).plan).toMatchObject({ wayOut: 'gsys alarms publish' });
    expect((await fleet.gsys('streams', 'apply', '--yes')).code).toBe(0);
    await publish();
    await until('everything is seen', async () =>
      (await publish()).metrics.every(({ missing }) => missing === undefined),
    );
    expect((await fleet.gsys('alarms', 'apply', '--yes')).code).toBe(0);
    await isWatched();
    expect((await fleet.gsys('local', 'fault', 'inject', 'freeze', 'nats/nats-5')).code).toBe(0);
    const { metrics } = await publish();
    expect(metrics.find(({ metric }) => metric === 'NatsPeers')).toMatchObject({
      missing: expect.stringMatching(/^nats-5: /),
    });
    expect((await fleet.gsys('local', 'fault', 'heal', '--all')).code).toBe(0);
  });

  it('leaves alarms behind when nobody publishes any more, which prune deletes', async () => {
    const document = parse(readFileSync(path.join(definition.root, 'gsys.yaml'), 'utf8'));
    document.environments.local.publishEvery = 0;
    definition.write('gsys.yaml', document);
    const first = await fleet.gsys('alarms', 'prune', '--yes', '--json');
    const { changed, refused } = JSON.parse(first.stdout);
    expect(changed).toContain('gaming-system-paging');
    // Those that a service's paging alarm still looks at stay until that does not any more.
    expect({ code: first.code, changed: changed.length, refused: refused.length }).toEqual({
      ...{ code: 1, changed: 8, refused: 4 },
    });
    expect((await fleet.gsys('alarms', 'apply', '--yes')).code).toBe(0);
    const rest = await fleet.json<{ changed: string[] }>('alarms', 'prune', '--yes');
    expect(rest.changed).toHaveLength(4);
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
