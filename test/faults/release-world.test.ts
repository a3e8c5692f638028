import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BatchDeleteImageCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import {
  DeleteSecretCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { clientsOf, registerCopy, sdkOptions } from '../support/aws-clients.ts';
import { gsys } from '../support/cli.ts';
import { type ReleasedFleet, type ReleaseEvent, releasedFleet, SERVICES } from '../support/release.ts';
import { until } from '../support/until.ts';

/** What is wrong around a release: in the account, in the registry, with the people beside. */
let fleet: ReleasedFleet;
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 2, bakeSeconds: 3 }');
});
afterAll(() => fleet?.remove());
afterEach(() => fleet.platform.gsys('local', 'fault', 'heal', '--all'));

let before: Record<string, string>;
beforeEach(async () => {
  before = await fleet.runs();
});

let change = 0;
/** Another revision of every service, with nothing wrong in it. */
async function make(): Promise<void> {
  change += 1;
  for (const name of SERVICES) fleet.change(name, `console.log('revision ${change}');`);
  await fleet.make();
}

const outcomes = ({ services = [] }: ReleaseEvent) =>
  Object.fromEntries(services.map(({ service, outcome }) => [service, outcome]));

/** Lets a release come to its first registration, changes the world, and lets it go on. */
async function meanwhile(act: () => Promise<unknown>) {
  const refusal = ['error', 'aws/ecs:RegisterTaskDefinition', '--code', 'ThrottlingException'];
  await fleet.platform.json('local', 'fault', 'inject', ...refusal);
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'wave-started');
  await act();
  await fleet.platform.json('local', 'fault', 'heal', '--all');
  const { code, events, result } = await begun.ended();
  return { code, events, result: result as ReleaseEvent };
}

/** Its canary went back, nothing else was touched, and the next release of the same is as good as any. */
async function hurtNobody({ code, result }: { code: number | undefined; result: ReleaseEvent }) {
  expect(result).toMatchObject({ outcome: 'rolled-back', error: { code: 'RELEASE_FAILED' } });
  expect(code).toBe(1);
  expect(outcomes(result)).toMatchObject({ settings: 'rolled-back', 'time-manager': 'untouched' });
  expect(await fleet.runs()).toEqual(before);
}

it('an image that was deleted between plan and start', async () => {
  await make();
  const ecr = new ECRClient(await sdkOptions(fleet.platform));
  const release = await meanwhile(async () => {
    const repositoryName = 'bodybroker-services/settings-nats';
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    const pushed = (image: (typeof imageDetails)[number]) => image.imagePushedAt?.getTime() ?? 0;
    const imageDigest = imageDetails.toSorted((a, b) => pushed(a) - pushed(b)).at(-1)?.imageDigest;
    const { failures } = await ecr.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest }] }),
    );
    expect(failures).toEqual([]);
  });
  await hurtNobody(release);
  expect(JSON.stringify(release.events)).toContain('CannotPullContainerError');
  expect((await fleet.release('deploy')).result.error).toMatchObject({ next: 'gsys push settings' });
});

it('a secret that was deleted between plan and start', async () => {
  await make();
  const secrets = new SecretsManagerClient(await sdkOptions(fleet.platform));
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const SecretId = SecretList.find(({ Name = '' }) => /tls.*settings/.test(Name))?.Name;
  const release = await meanwhile(() => secrets.send(new DeleteSecretCommand({ SecretId })));
  try {
    expect(release.code).toBe(1);
    expect(outcomes(release.result)).toMatchObject({
      'state-manager': 'untouched',
      'time-manager': 'untouched',
    });
    expect(JSON.stringify(release.events)).toContain('ResourceInitializationError');
    expect(await fleet.runs()).toEqual(before);
    const { code, result } = await fleet.release('deploy');
    expect([code, result.error?.message]).toEqual([1, expect.stringContaining('lacks')]);
  } finally {
    await secrets.send(new RestoreSecretCommand({ SecretId }));
  }
  expect((await fleet.release('deploy')).result.outcome).toBe('succeeded');
});

it('somebody who registers revisions of the same family all the while', async () => {
  await make();
  const { ecs } = await clientsOf(fleet.platform);
  let goesOn = true;
  let theirs = 0;
  const racing = (async () => {
    while (goesOn)
      await registerCopy(ecs, before.settings)
        .then(() => {
          theirs += 1;
        })
        .catch(() => undefined)
        .then(() => pause(200 * Math.random()));
  })();
  const { code, result } = await fleet.release('deploy');
  goesOn = false;
  await racing;
  expect(result).toMatchObject({ outcome: 'succeeded' });
  expect(code).toBe(0);
  expect(theirs).toBeGreaterThan(0);
  const { imageDigest, taskDefinition: runs = '' } =
    (result.services?.find(({ service }) => service === 'settings') as {
      imageDigest?: string;
      taskDefinition?: string;
    }) ?? {};
  const ours = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: runs }));
  expect(ours.taskDefinition?.containerDefinitions?.[0]?.image).toContain(imageDigest);
});

it('somebody who has ECS roll back in the middle', async () => {
  await make();
  const { ecs } = await clientsOf(fleet.platform);
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'updated');
  const serviceDeploymentArn = await until('its deployment', async () => {
    const { serviceDeployments = [] } = await ecs.send(
      new ListServiceDeploymentsCommand({
        ...{ cluster: 'gaming-system-cluster', service: 'settings-nats' },
        status: ['PENDING', 'IN_PROGRESS'],
      }),
    );
    return serviceDeployments[0]?.serviceDeploymentArn;
  });
  await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  const { code, result } = await begun.ended();
  await hurtNobody({ code, result: result as ReleaseEvent });
});

it('a second release while the first one runs', async () => {
  await make();
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'wave-started');
  const other = await gsys(['deploy', '--yes', '--json'], { cwd: fleet.clone(), env: fleet.platform.env });
  expect(other.code).toBe(1);
  const refusal = JSON.parse(other.stdout.split('\n').at(-1) ?? '') as ReleaseEvent;
  expect(refusal.error).toMatchObject({ code: 'LOCKED' });
  expect(await begun.ended()).toMatchObject({ code: 0, result: { outcome: 'succeeded' } });
});

it('credentials of another account: every command that changes something ends with 2', async () => {
  const { endpoint, gatewayUrl } = await fleet.platform.status();
  const file = path.join(fleet.root, 'gsys.yaml');
  const yaml = readFileSync(file, 'utf8');
  writeFileSync(file, `${yaml}\n${elsewhere(endpoint, gatewayUrl)}`);
  try {
    for (const args of [
      ['deploy'],
      ['plan'],
      ['scale', 'settings=3'],
      ['restart', 'settings'],
      ['rollback', 'settings'],
      ['service', 'disable', 'settings', '--reason', 'a test'],
      ['unlock'],
    ]) {
      const { code, stdout } = await gsys([...args, '--env', 'elsewhere', '--json', ...yes(args)], {
        cwd: fleet.root,
        env: { ...fleet.platform.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      });
      const { error } = JSON.parse(stdout.split('\n').at(-1) ?? '') as ReleaseEvent;
      expect({ args, code, error }).toMatchObject({ args, code: 2, error: { code: 'WRONG_ACCOUNT' } });
    }
  } finally {
    writeFileSync(file, yaml);
  }
  expect(await fleet.runs()).toEqual(before);
});

const yes = ([command]: string[]) => (command === 'plan' ? [] : ['--yes']);

function elsewhere(endpoint: string, gateway: string): string {
  return `  elsewhere:
    account: "111122223333"
    endpoint: ${endpoint}
    network: { subnets: [subnet-0a1b2c3d4e5f60718], securityGroups: [sg-0a1b2c3d4e5f60718] }
    roles: { execution: "arn:aws:iam::111122223333:role/execution", task: "arn:aws:iam::111122223333:role/task" }
    gateway: { url: "${gateway}" }
    nats:
      clientUrls: ["tls://127.0.0.1:4222"]
      transport: ssm
      nodes:
${[1, 2, 3].map((n) => `        - { name: nats-${n}, host: nats-${n}.internal.example.com, az: us-east-1a, instanceId: i-${n} }`).join('\n')}
    redis: { endpoints: ["127.0.0.1:6379"], tls: true }
`;
}

it('an endpoint that dies in the middle of a wave, and comes back with the next up', async () => {
  await make();
  const { supervisor } = await fleet.platform.status();
  const begun = await fleet.begin(['deploy'], ({ type }) => type === 'updated');
  process.kill(supervisor.pid, 'SIGKILL');
  const { code, result } = await begun.ended();
  expect(code).not.toBe(0);
  expect(result?.error?.next).toBeDefined();
  await fleet.platform.json('local', 'up');
  expect((await fleet.release('deploy', '--resume')).result.outcome).toBe('succeeded');
  expect((await fleet.release('deploy')).result.outcome).toBe('nothing-to-do');
});
