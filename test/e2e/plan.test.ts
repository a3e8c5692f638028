// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsAccess } from '../../src/lib/aws/clients.ts';
import { logs } from '../../src/lib/aws/logs.ts';
import type { Fleet } from '../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { releasesLogGroup } from '../../src/lib/fleet/names.ts';
import type { PlannedService, ServiceResult } from '../../src/lib/release/events.ts';
import type { Finding } from '../../src/lib/release/plan/finding.ts';
import { readPlanFile } from '../../src/lib/release/plan/plan-file.ts';
import { openRecord } from '../../src/lib/release/records.ts';
import { createRequest } from '../../src/lib/release/service-request.ts';
import type { Wave } from '../../src/lib/release/waves.ts';
import { createSimulatedRuntime } from '../../src/local/runtime/simulated/simulated-runtime.ts';
import { type AwsPlatform, startAws } from '../foreign/support/platform.ts';
import { gsys } from '../support/cli.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { until } from '../support/until.ts';

/** `settings` and `gateway` on the AWS side of a platform alone: a plan asks nobody else. */
const definition = fleetFolder();
const { root } = definition;
const planFile = path.join(root, 'plan.json');
let aws: AwsPlatform;
let fleet: Fleet;
let client: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
beforeAll(async () => {
  aws = await startAws({ openRuntime: createSimulatedRuntime });
  const { GSYS_HOME: home = '', GSYS_SLOT: slot = '' } = aws.env;
  fleet = await loadFleet({ from: root, home, slot });
  client = {
    endpoint: `http://127.0.0.1:${aws.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  };
});
afterAll(async () => {
  await aws.close();
  definition.remove();
});

const run = (...args: string[]) => gsys(['plan', ...args], { cwd: root, env: aws.env });

interface Document {
  differs: boolean;
  services: PlannedService[];
  findings: Finding[];
  waves: Wave[];
  apiCalls: Record<string, number>;
}
async function plan(...args: string[]): Promise<Document & { code: number | undefined }> {
  const { code, stdout } = await run(...args, '--json');
  return { code, ...JSON.parse(stdout) };
}
const actions = ({ services }: Document) => services.map(({ service, action }) => [service, action]);

/** Does what a deploy would, as far as a plan can tell. */
async function release(): Promise<void> {
  const ecs = new ECSClient(client);
  const records = logs(awsAccess(fleet.environment));
  const groups = [releasesLogGroup(fleet.name), ...fleet.services.map(({ logGroup }) => logGroup)];
  for (const group of groups) await records.ensureGroup(group, fleet.name, 30);
  const { definitions } = await readPlanFile(planFile);
  const results: ServiceResult[] = [];
  for (const service of fleet.services) {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand(definitions[service.name] as never),
    );
    const arn = taskDefinition?.taskDefinitionArn ?? '';
    const request = createRequest(fleet, service, arn);
    await ecs.send(new CreateServiceCommand({ ...request, cluster: fleet.environment.cluster }));
    const deployed = { outcome: 'deployed' as const, taskDefinition: arn, imageDigest: 'sha256:1' };
    results.push({ service: service.name, ecsService: service.ecsService, ...deployed });
  }
  const at = new Date().toISOString();
  await openRecord(records, fleet.name, 'r-1').append({
    ...{ at, release: 'r-1', type: 'result', outcome: 'succeeded' },
    services: results,
  });
}

/** For as long as a test takes. */
async function withChanged<T>(file: string, from: string, to: string, test: () => Promise<T>): Promise<T> {
  const before = readFileSync(path.join(root, file), 'utf8');
  expect(before).toContain(from);
  writeFileSync(path.join(root, file), before.replaceAll(from, to));
  try {
    return await test();
  } finally {
    writeFileSync(path.join(root, file), before);
  }
}
const TEMPLATE = 'templates/task-defs/nats-service.json';

describe('gsys plan', () => {
  it('says everything at once that a deploy would miss, and keeps no such plan', async () => {
    const found = await plan('--out', planFile);
    expect(found.code).toBe(1);
    expect(actions(found)).toEqual([
      ['gateway', 'create'],
      ['settings', 'create'],
    ]);
    expect(found.findings.map(({ code, next }) => [code, next])).toEqual(
      ['gateway', 'settings'].flatMap(() => [
        ['image-missing', 'gsys build gateway settings'],
        ['secret-missing', 'gsys local up'],
        ['secret-missing', 'gsys local up'],
      ]),
    );
    expect(() => statSync(planFile)).toThrow(/ENOENT/);
  });

  it('is kept for its owner once nothing speaks against it', async () => {
    const secrets = new SecretsManagerClient(client);
    const names = fleet.services.map(({ tlsSecret }) => tlsSecret);
    for (const Name of [...names, fleet.environment.redis.authSecret])
      await secrets.send(new CreateSecretCommand({ Name, SecretString: 'top secret' }));
    for (const command of ['build', 'push'])
      expect(await gsys([command], { cwd: root, env: aws.env })).toMatchObject({ code: 0 });
    const { code, stdout } = await run('--out', planFile);
    expect(stdout).toContain(`$ gsys deploy --plan ${planFile}`);
    expect(stdout).not.toContain('top secret');
    expect({ code, mode: statSync(planFile).mode & 0o777 }).toEqual({ code: 0, mode: 0o600 });
    expect((await readPlanFile(planFile)).waves).toEqual([
      { services: ['gateway', 'settings'], canary: false, bake: false },
    ]);
  });

  it('finds nothing to do where everything runs as it should', async () => {
    await release();
    // What is under way is to be proved.
    const found = await until('the rollouts are done', async () => {
      const looked = await plan('--exit-code');
      return looked.services.every(({ action }) => action !== 'prove') && looked;
    });
    expect(found).toMatchObject({ code: 0, differs: false, findings: [], waves: [] });
    expect(actions(found)).toEqual([
      ['gateway', 'unchanged'],
      ['settings', 'unchanged'],
    ]);
  });

  it('asks ECS for a revision once on a machine', async () => {
    const again = await plan();
    expect(again.apiCalls['ecs:DescribeTaskDefinition']).toBeUndefined();
    rmSync(path.join(fleet.environment.stateDir, 'revisions'), { recursive: true });
    expect((await plan()).apiCalls['ecs:DescribeTaskDefinition']).toBe(2);
  });

  it('tells each change, what a rollback returns to, and with 4 that there is one', async () => {
    await withChanged(TEMPLATE, '"${logLevel}"', '"debug"', async () => {
      const found = await plan('--exit-code');
      expect(found).toMatchObject({
        code: 4,
        differs: true,
        waves: [{ services: ['settings'], canary: true }],
      });
      expect(found.services[1]).toMatchObject({
        action: 'update',
        changes: [
          {
            path: 'container.settings-nats.environment.LOG_LEVEL',
            ...{ kind: 'environment', from: 'info', to: 'debug' },
          },
        ],
        rollsBackTo: { release: 'r-1', taskDefinition: expect.stringMatching(/settings-nats:1$/) },
      });
      expect((await run('settings')).stdout).toContain('env        LOG_LEVEL  info -> debug');
    });
  });

  it('names file and line of a template that cannot be filled in', async () => {
    await withChanged(TEMPLATE, '${logLevel}', '${logLvel}', async () => {
      const { code, stdout } = await run('settings', '--json');
      const [detail] = JSON.parse(stdout).error.details;
      expect(code).toBe(2);
      expect(detail).toMatch(/nats-service\.json:\d+: nothing fills \$\{logLvel\}$/);
    });
  });

  it('refuses a secret of the template that is not there', async () => {
    const secret = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:other-AbCdEf';
    await withChanged(TEMPLATE, '${redisAuthSecretArn}', `${secret}:key::`, async () => {
      expect(await plan('settings')).toMatchObject({
        code: 1,
        findings: [{ code: 'secret-missing', message: `Secrets Manager does not have ${secret}:key::` }],
      });
    });
  });
});
