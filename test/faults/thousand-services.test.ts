import { CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatedCall } from '../../src/local/aws/gate.ts';
import { awsLimits } from '../../src/local/aws/limits/aws-limits.ts';
import { createSimulatedRuntime } from '../../src/local/runtime/simulated/simulated-runtime.ts';
import { type AwsPlatform, startAws } from '../foreign/support/platform.ts';
import { gsys } from '../support/cli.ts';
import { type DefinitionFolder, definitionFolder } from '../support/definition.ts';
import { inTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** A thousand simulated services of ten tasks each, behind AWS's page sizes, batch limits and request rates. */
const NAMES = Array.from({ length: 1000 }, (_, i) => `svc-${String(i).padStart(3, '0')}`);
const TASKS = 10;
/** Task definitions that they run: more than AWS describes at once. */
const FAMILIES = 120;

let limited = false;
const calls = new Map<string, number>();
const count = ({ operation }: GatedCall) => void calls.set(operation, (calls.get(operation) ?? 0) + 1);

let definition: DefinitionFolder;
let aws: AwsPlatform;
beforeAll(async () => {
  definition = definitionFolder();
  for (const name of NAMES) definition.write(`services/${name}/service.yaml`, 'purpose: one of a thousand\n');
  aws = await startAws({
    openRuntime: createSimulatedRuntime,
    gates: [count, ...awsLimits(() => limited)],
    timeScale: 1,
  });
  await createServices(aws.port);
  await until('every task is healthy', async () => {
    const { stdout } = await ask('status', '--json');
    return (JSON.parse(stdout).services ?? []).filter(isWhole).length === NAMES.length;
  });
  limited = true;
});
afterAll(async () => {
  await aws.close();
  definition.remove();
});

const ask = (...args: string[]) => gsys(args, { cwd: definition.root, env: aws.env });
const isWhole = ({ running, health }: { running: number; health: { healthy: number } }) =>
  running === TASKS && health.healthy === TASKS;

async function createServices(port: number): Promise<void> {
  const client = new ECSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  });
  const register = async (family: string) => {
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        family,
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
        containerDefinitions: [
          { name: 'simulated', image: 'simulated', healthCheck: { command: ['CMD', 'true'], interval: 30 } },
        ],
      }),
    );
    return taskDefinition?.taskDefinitionArn;
  };
  const families = Array.from({ length: FAMILIES }, (_, i) => register(`simulated-${i}`));
  const definitions = await Promise.all(families);
  const waiting = NAMES.entries();
  const work = async () => {
    for (const [i, name] of waiting)
      await client.send(
        new CreateServiceCommand({
          cluster: 'gaming-system-cluster',
          serviceName: `${name}-nats`,
          taskDefinition: definitions[i % FAMILIES],
          desiredCount: TASKS,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        }),
      );
  };
  await Promise.all(Array.from({ length: 20 }, work));
}

describe('a thousand services within the limits of AWS', () => {
  it('status shows every one of them, and all pages of their ten thousand tasks', async () => {
    calls.clear();
    const { code, stdout } = await ask('status', '--json');
    const { services } = JSON.parse(stdout);
    expect({ code, whole: services.filter(isWhole).length }).toEqual({ code: 0, whole: 1000 });
    // A thousand and the one that is defined and not there, ten a call; a hundred tasks a page and a call.
    expect(calls.get('DescribeServices')).toBeGreaterThanOrEqual(101);
    expect(calls.get('ListTasks')).toBeGreaterThanOrEqual(100);
    expect(calls.get('DescribeTasks')).toBeGreaterThanOrEqual(100);
  });

  it('verify sees every one of them while others use up the same rate', async () => {
    const only = ['--only', 'ecs.inventory', '--only', 'ecs.rollout', '--json'];
    const both = await Promise.all([ask('verify', ...only), ask('verify', ...only)]);
    for (const { stdout } of both) {
      const { findings, apiCalls } = JSON.parse(stdout);
      const passed = findings.filter(({ status }: { status: string }) => status === 'pass');
      // Of the one that is defined and not there nothing passes.
      expect(passed).toHaveLength(2000);
      expect(apiCalls['ecs:ListServices']).toBeGreaterThanOrEqual(10);
    }
  });

  it('plan compares every one of them, and asks for a revision once', async () => {
    const plan = async (...names: string[]) => {
      const { stdout } = await ask('plan', ...names, '--json');
      const { services, apiCalls } = JSON.parse(stdout);
      const updates = services.filter(({ action }: { action: string }) => action === 'update').length;
      return { updates, revisions: apiCalls['ecs:DescribeTaskDefinition'] ?? 0 };
    };
    const first = await plan();
    expect(first.updates).toBe(1000);
    expect(first.revisions).toBeGreaterThanOrEqual(FAMILIES);
    expect(await plan(...NAMES.slice(0, FAMILIES))).toEqual({ updates: FAMILIES, revisions: 0 });
  });

  it('verify compares every one of them without asking again for a revision that was seen', async () => {
    const { stdout } = await ask('verify', '--only', 'ecs.drift', '--only', 'definition.*', '--json');
    const { findings, apiCalls } = JSON.parse(stdout);
    const drifts = findings.filter(({ check }: { check: string }) => check === 'ecs.drift');
    const told = drifts.filter(({ status }: { status: string }) => status === 'warn');
    // Of what is defined and not there nothing is known.
    expect(told).toHaveLength(1000);
    expect(apiCalls['ecs:DescribeTaskDefinition']).toBeUndefined();
  });

  it('top goes to the last of them at a key', async () => {
    const top = inTerminal(['top'], { cwd: definition.root, env: aws.env });
    try {
      await top.shows(/svc-000 +10\/10/);
      top.press('sG');
      await top.shows(/> svc-999 +10\/10/);
      top.press('q');
      expect(await top.ended()).toBe(0);
    } finally {
      top.kill();
    }
  });
});
