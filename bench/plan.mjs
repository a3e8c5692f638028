// How long a plan of a thousand services takes when the endpoint throttles as AWS does, and a release of a hundred of
// them; each service has its image, its secret and its task definition. `node bench/plan.mjs`
// measures this alone, on a platform of its own.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CLUSTER,
  clientOf,
  inParallel,
  lastEvent,
  ROOT,
  run,
  untilWhole,
  writeDefinition,
} from './fleet.mjs';

/** Simulated tasks answer nobody. */
const RELEASE = 'release: { answers: false, waveSize: 25, bakeSeconds: 2 }';
/** Milliseconds until a rate that was used up is there again. */
const REFILL = 6000;

/**
 * @param env of a platform that runs tasks as `simulated` and does not throttle yet
 * @returns milliseconds and calls of a plan on a machine that has seen no revision, on one that knows them all, of one
 *   service that changed, and of a deploy of a hundred that changed
 */
export async function measurePlan(env, endpoint) {
  const services = Array.from({ length: 1000 }, (_, i) => `svc-${i}`);
  const folder = writeDefinition(services);
  const gsys = (...args) => run(args, folder, env);
  const state = join(env.GSYS_HOME, 'local');
  const definition = join(folder, 'gsys.yaml');
  writeFileSync(definition, readFileSync(definition, 'utf8').replace(/release: \{.*\}/, RELEASE));
  try {
    run(['build', 'settings'], ROOT, env);
    for (const name of services) symlinkSync('settings', join(state, 'images', name));
    gsys('push');
    await createFleet(gsys, endpoint, join(folder, 'plan.json'));
    rmSync(join(state, 'revisions'), { recursive: true, force: true });
    run(['local', 'up', '--aws-limits'], ROOT, env);
    const plan = async () => {
      await sleep(REFILL);
      const { ms, stdout } = gsys('plan', '--json');
      const { services, apiCalls } = JSON.parse(stdout);
      return { ms, apiCalls, changed: services.filter(({ changes }) => changes.length > 0).length };
    };
    const cold = await plan();
    const warm = await plan();
    appendFileSync(join(folder, 'services/svc-7/service.yaml'), 'resources: { cpu: 512, memory: 1024 }\n');
    const changed = await plan();
    if (cold.changed + warm.changed !== 0 || changed.changed !== 1)
      throw new Error(
        `${cold.changed}, ${warm.changed} and ${changed.changed} services differ, not 0, 0 and 1`,
      );
    const many = services.slice(100, 200);
    for (const name of many)
      appendFileSync(
        join(folder, `services/${name}/service.yaml`),
        'resources: { cpu: 512, memory: 2048 }\n',
      );
    await sleep(REFILL);
    const { ms, stdout } = gsys('deploy', ...many, '--yes', '--json');
    const result = lastEvent(stdout);
    if (result.outcome !== 'succeeded') throw new Error(JSON.stringify(result));
    return { cold, warm, changed, deploy: { ms, apiCalls: result.apiCalls } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Does what the first plan says, without the patience of a deploy. */
async function createFleet(gsys, endpoint, file) {
  const client = clientOf(endpoint);
  const options = {
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  };
  const secrets = new SecretsManagerClient(options);
  const logs = new CloudWatchLogsClient(options);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/gaming-system-nats' }));
  const { services } = JSON.parse(gsys('config', 'show', '--json').stdout);
  await inParallel(services, ({ tlsSecret }) =>
    secrets.send(new CreateSecretCommand({ Name: tlsSecret, SecretString: '{}' })).catch((error) => {
      if (error.name !== 'ResourceExistsException') throw error;
    }),
  );
  gsys('plan', '--out', file);
  const { definitions } = JSON.parse(readFileSync(file, 'utf8'));
  const network = {
    subnets: ['subnet-00000000'],
    securityGroups: ['sg-00000000'],
    assignPublicIp: 'DISABLED',
  };
  await inParallel(Object.values(definitions), async (definition) => {
    const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(definition));
    await client.send(
      new CreateServiceCommand({
        ...{ cluster: CLUSTER, serviceName: definition.family, launchType: 'FARGATE', desiredCount: 2 },
        taskDefinition: taskDefinition.taskDefinitionArn,
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
        networkConfiguration: { awsvpcConfiguration: network },
      }),
    );
  });
  await untilWhole(
    client,
    Object.values(definitions).map(({ family }) => family),
  );
}

if (process.argv[1] === import.meta.filename) {
  const env = {
    GSYS_HOME: mkdtempSync(join(tmpdir(), 'gsys-bench-')),
    GSYS_SLOT: process.env.GSYS_SLOT ?? '62',
    NO_COLOR: '1',
  };
  try {
    run(['local', 'up', '--runtime', 'simulated'], ROOT, env);
    const { endpoint } = JSON.parse(run(['local', 'status', '--json'], ROOT, env).stdout);
    for (const [what, { ms, apiCalls }] of Object.entries(await measurePlan(env, endpoint)))
      process.stdout.write(`${what}: ${(ms / 1000).toFixed(2)} s ${JSON.stringify(apiCalls)}\n`);
  } finally {
    run(['local', 'down', '--wipe'], ROOT, env);
    rmSync(env.GSYS_HOME, { recursive: true, force: true });
  }
}
