// How soon a fleet of 23 services runs, and how a thousand services are seen within AWS's request rates; each against
// a platform that is up.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const CLUSTER = 'gaming-system-cluster';
const TASKS = 2;
/** Milliseconds. */
const PATIENCE = 180_000;

/**
 * 23 services of two tasks, copies of `settings` under other names: from the first call until the 46 tasks run and are
 * healthy, and nothing else of them does.
 * @returns milliseconds of creating them, and of replacing every task
 */
export async function measureRollout(endpoint) {
  const client = clientOf(endpoint);
  const names = Array.from({ length: 23 }, (_, i) => `copy-${i + 1}-nats`);
  const definitions = await copyDefinition(client, 'settings-nats', names);
  const [{ networkConfiguration, deploymentConfiguration }] = await describe(client, ['settings-nats']);
  const update = (change) =>
    Promise.all(
      names.map((service) => client.send(new UpdateServiceCommand({ cluster: CLUSTER, service, ...change }))),
    );

  const create = await timed(async () => {
    await Promise.all(
      names.map((serviceName) =>
        client.send(
          new CreateServiceCommand({
            ...{ cluster: CLUSTER, serviceName, desiredCount: TASKS, launchType: 'FARGATE' },
            ...{ taskDefinition: definitions.get(serviceName) },
            ...{ networkConfiguration, deploymentConfiguration },
          }),
        ),
      ),
    );
    await untilWhole(client, names);
  });
  const before = await healthyTasks(client, names);
  const replace = await timed(async () => {
    await update({ forceNewDeployment: true });
    await untilWhole(client, names);
  });
  const after = await healthyTasks(client, names);
  if (before.length !== 46 || after.length !== 46 || after.some((arn) => before.includes(arn)))
    throw new Error(
      `${before.length} tasks were healthy, then ${after.length}, which are not 46 and 46 others`,
    );
  await Promise.all(
    names.map((service) => client.send(new DeleteServiceCommand({ cluster: CLUSTER, service, force: true }))),
  );
  return { create, replace };
}

/**
 * A thousand services of two simulated tasks: how long they take to be there and healthy; and how long gsys takes to see
 * them all when the endpoint throttles as AWS does.
 * @param env of a platform that runs tasks as `simulated`
 * @returns milliseconds, and the requests of one `verify`
 */
export async function measureThousand(env, endpoint) {
  const client = clientOf(endpoint);
  const services = Array.from({ length: 1000 }, (_, i) => `svc-${i}`);
  const names = services.map((name) => `${name}-nats`);
  const folder = writeDefinition(services);
  const gsys = (...args) => run(args, folder, env);
  try {
    const taskDefinition = await registerSimulated(client);
    const create = await timed(async () => {
      await inParallel(names, (serviceName) =>
        client.send(
          new CreateServiceCommand({
            ...{ cluster: CLUSTER, serviceName, taskDefinition, desiredCount: TASKS, launchType: 'FARGATE' },
            networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          }),
        ),
      );
      await untilWhole(client, names);
    });
    run(['local', 'up', '--aws-limits'], ROOT, env);
    const status = gsys('status', '--json');
    const whole = JSON.parse(status.stdout).services.filter(({ health }) => health.healthy === TASKS);
    if (whole.length !== names.length)
      throw new Error(`status shows ${whole.length} services with all tasks`);
    // The rate that status has used up is there again.
    await sleep(6000);
    const verify = gsys('verify', '--only', 'ecs.inventory', '--json');
    const { apiCalls } = JSON.parse(verify.stdout);
    return { create, status: status.ms, verify: verify.ms, apiCalls };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function clientOf(endpoint) {
  const credentials = { accessKeyId: 'gsys', secretAccessKey: 'gsys' };
  return new ECSClient({ endpoint, region: 'us-east-1', credentials });
}

/** @returns the new task definition of each name */
async function copyDefinition(client, original, names) {
  const { taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: original }),
  );
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    ...definition
  } = taskDefinition;
  const copies = names.map(async (family) => {
    const reply = await client.send(new RegisterTaskDefinitionCommand({ ...definition, family }));
    return [family, reply.taskDefinition.taskDefinitionArn];
  });
  return new Map(await Promise.all(copies));
}

async function registerSimulated(client) {
  const { taskDefinition } = await client.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: 'simulated', requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc' },
      ...{ cpu: '256', memory: '512', executionRoleArn: 'arn:aws:iam::000000000000:role/execution' },
      containerDefinitions: [
        { name: 'simulated', image: 'simulated', healthCheck: { command: ['CMD', 'true'], interval: 30 } },
      ],
    }),
  );
  return taskDefinition.taskDefinitionArn;
}

async function describe(client, names) {
  const found = [];
  for (let i = 0; i < names.length; i += 10) {
    const services = names.slice(i, i + 10);
    found.push(...(await client.send(new DescribeServicesCommand({ cluster: CLUSTER, services }))).services);
  }
  return found;
}

/** A rollout that is complete means that every task is healthy and none of another deployment is left. */
export async function untilWhole(client, names) {
  const deadline = performance.now() + PATIENCE;
  const isWhole = ({ runningCount, deployments }) =>
    runningCount === TASKS && deployments.length === 1 && deployments[0].rolloutState === 'COMPLETED';
  for (let open = names; open.length > 0; ) {
    const whole = (await describe(client, open)).filter(isWhole).map(({ serviceName }) => serviceName);
    open = open.filter((name) => !whole.includes(name));
    if (performance.now() > deadline) throw new Error(`not whole in time: ${open.join(', ')}`);
    if (open.length > 0) await sleep(50);
  }
}

async function healthyTasks(client, names) {
  const found = await Promise.all(
    names.map(async (serviceName) => {
      const { taskArns } = await client.send(new ListTasksCommand({ cluster: CLUSTER, serviceName }));
      const { tasks } = await client.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }));
      return tasks.filter(({ healthStatus }) => healthStatus === 'HEALTHY').map(({ taskArn }) => taskArn);
    }),
  );
  return found.flat();
}

/** This fleet's definition, with other services in the place of all but `settings`. */
export function writeDefinition(services) {
  const folder = mkdtempSync(join(tmpdir(), 'gsys-thousand-'));
  for (const path of ['gsys.yaml', 'templates', 'proto/descriptors.binpb', 'services/settings/service.yaml'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  for (const name of services) {
    mkdirSync(join(folder, 'services', name));
    writeFileSync(join(folder, 'services', name, 'service.yaml'), 'purpose: one of a thousand\n');
  }
  return folder;
}

export function run(args, cwd, env) {
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'bin/run.js'), ...args], {
    ...{ cwd, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 },
  });
  const ms = performance.now() - started;
  if (stdout === '') throw new Error(`${args.join(' ')}: ${stderr}`);
  return { ms, stdout };
}

/** What a command that tells events as JSON ended with. */
export function lastEvent(stdout) {
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

export async function inParallel(items, work) {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
