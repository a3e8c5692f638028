import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askNobody } from '../support/ask-nobody.ts';
import { REPOSITORY } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** Its tasks are simulated and use nearly all of their 256 units; a minute of the platform is a second. */
const BUSY = { name: 'GSYS_SIMULATE', value: '{"cpu": 240}' };
const root = mkdtempSync(path.join(tmpdir(), 'gsys-autoscale-'));
const edit = (from: string, to: string) => {
  const file = path.join(root, 'gsys.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};
let at: Platform;
let scaling: ApplicationAutoScaling;
let alarms: CloudWatch;
beforeAll(async () => {
  for (const name of ['gsys.yaml', 'services', 'templates', 'proto'])
    cpSync(path.join(REPOSITORY, name), path.join(root, name), { recursive: true });
  symlinkSync(path.join(REPOSITORY, 'node_modules'), path.join(root, 'node_modules'));
  const template = path.join(root, 'templates/task-defs/nats-service.json');
  const definition = JSON.parse(readFileSync(template, 'utf8'));
  definition.containerDefinitions[0].environment.push(BUSY);
  writeFileSync(template, JSON.stringify(definition));
  askNobody(root);
  at = platform(root);
  for (const args of [
    ['local', 'up', '--runtime', 'simulated', '--time-scale', '60'],
    ['build', 'settings'],
    ['push', 'settings'],
    ['deploy', 'settings', '--yes'],
  ]) {
    const { code, stderr } = await at.gsys(...args);
    expect(code, stderr).toBe(0);
  }
  const { endpoint } = await at.status();
  const credentials = { accessKeyId: 'gsys', secretAccessKey: 'gsys' };
  scaling = new ApplicationAutoScaling({ endpoint, credentials, region: 'us-east-1' });
  alarms = new CloudWatch({ endpoint, credentials, region: 'us-east-1' });
});
afterAll(async () => {
  await at?.remove();
  rmSync(root, { recursive: true, force: true });
});

const TARGET = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: 'service/gaming-system-cluster/settings-nats',
} as const;

async function plan() {
  const { code, stdout } = await at.gsys('autoscale', 'plan', 'settings', '--exit-code', '--json');
  return { code, settings: JSON.parse(stdout).services[0] };
}
const apply = (...args: string[]) =>
  at.json<{ outcome: string; changed: string[] }>('autoscale', 'apply', 'settings', '--yes', ...args);
const finding = async () => {
  const { stdout } = await at.gsys('verify', '--only', 'ecs.scaling', '--json');
  const { findings } = JSON.parse(stdout) as { findings: { subject: { name: string }; status: string }[] };
  return findings.find(({ subject }) => subject.name === 'settings');
};

it('says that nothing scales a service, and what to type', async () => {
  expect(await plan()).toMatchObject({ code: 4, settings: { action: 'create', desired: 2 } });
  expect(await finding()).toMatchObject({ status: 'warn', remedy: ['gsys autoscale apply'] });
});

it('does not scale what is not there, and ends with 1', async () => {
  const { code, stdout } = await at.gsys('autoscale', 'apply', 'gateway', '--yes', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ outcome: 'incomplete', changed: [] },
    refused: ['gateway: there is no ECS service http-nats-gateway yet: gsys deploy gateway'],
  });
});

it('registers a service once, with a policy for cpu and one for memory', async () => {
  expect((await at.gsys('autoscale', 'apply', 'settings')).code).toBe(2);
  expect((await apply('--dry-run')).outcome).toBe('dry-run');
  expect(await plan()).toMatchObject({ code: 4 });
  expect(await apply()).toMatchObject({ outcome: 'applied', changed: ['settings'] });
  expect(await plan()).toMatchObject({ code: 0, settings: { action: 'unchanged' } });
  expect(await apply()).toMatchObject({ outcome: 'nothing-to-do', changed: [] });
  const { ScalingPolicies } = await scaling.describeScalingPolicies(TARGET);
  expect(ScalingPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['gsys-cpu', 'gsys-memory']);
  const { ScalableTargets } = await scaling.describeScalableTargets({
    ServiceNamespace: 'ecs',
    ResourceIds: [TARGET.ResourceId],
  });
  const { Tags } = await scaling.listTagsForResource({
    ResourceARN: ScalableTargets?.[0]?.ScalableTargetARN,
  });
  expect(Tags).toEqual({ 'gsys:fleet': 'gaming-system' });
});

it('has a busy service scaled out, until it has as many tasks as it may', async () => {
  await until('the desired count to be the most', async () => (await plan()).settings.desired === 10);
  expect((await plan()).code).toBe(0);
  await until('them to run', async () => {
    const { services } = await at.json<{ services: { service: string; running: number }[] }>('status');
    return services.find(({ service }) => service === 'settings')?.running === 10;
  });
  const { ScalingActivities } = await scaling.describeScalingActivities(TARGET);
  expect(ScalingActivities?.at(-1)?.Cause).toMatch(/AlarmHigh.* in state ALARM triggered policy gsys-cpu$/);
});

it('mends what somebody has changed, and leaves what somebody has suspended', async () => {
  await scaling.registerScalableTarget({
    ...{ ...TARGET, MinCapacity: 0, MaxCapacity: 20 },
    SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true },
  });
  const drifted = await plan();
  expect(drifted).toMatchObject({
    code: 4,
    settings: { action: 'update', changes: ['min: 0 -> 2, max: 20 -> 10'], suspended: expect.anything() },
  });
  await apply();
  expect((await plan()).code).toBe(0);
  expect(await finding()).toMatchObject({
    status: 'warn',
    message: 'scaling out and scaling in is suspended',
  });
});

it('says what smaller bounds do at once, and does it', async () => {
  edit('scaling: { min: 2, max: 10,', 'scaling: { min: 2, max: 6,');
  expect((await plan()).settings).toMatchObject({ changes: ['max: 10 -> 6'], atOnce: 'desired: 10 -> 6' });
  await apply();
  expect(await plan()).toMatchObject({ code: 0, settings: { desired: 6 } });
});

it('calls a policy blind whose alarm is gone, and makes it again', async () => {
  const { MetricAlarms = [] } = await alarms.describeAlarms({ AlarmNamePrefix: 'TargetTracking-' });
  const gone = MetricAlarms.find(({ MetricName }) => MetricName === 'CPUUtilization')?.AlarmName ?? '';
  await alarms.deleteAlarms({ AlarmNames: [gone] });
  expect(await finding()).toMatchObject({
    ...{ status: 'fail', remedy: ['gsys autoscale apply settings'] },
    message: `cpu: its policy's alarm ${gone} is gone`,
  });
  await apply();
  const { MetricAlarms: back } = await alarms.describeAlarms({ AlarmNames: [gone] });
  expect(back).toHaveLength(1);
});
