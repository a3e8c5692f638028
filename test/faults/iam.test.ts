import { CreateServiceCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatedCall } from '../../src/local/aws/gate.ts';
import { AwsError } from '../../src/local/aws/service.ts';
import { createSimulatedRuntime } from '../../src/local/runtime/simulated/simulated-runtime.ts';
import { type AwsPlatform, startAws } from '../foreign/support/platform.ts';
import { gsys } from '../support/cli.ts';
import { type DefinitionFolder, definitionFolder } from '../support/definition.ts';
import { actionOf, allowedTo, type Role } from '../support/iam.ts';

/** An endpoint that refuses what the policies of a role do not name, as AWS does; resources are not judged. */
let allowed: Set<string> | undefined;
const sent = new Set<string>();
const refused = new Set<string>();
function judge({ service, operation }: GatedCall): undefined {
  const action = actionOf(service, operation);
  sent.add(action);
  if (allowed === undefined || allowed.has(action)) return;
  refused.add(action);
  throw new AwsError('AccessDeniedException', `not authorized to perform: ${action}`, 400);
}

let definition: DefinitionFolder;
let aws: AwsPlatform;
beforeAll(async () => {
  definition = definitionFolder();
  definition.write('services/one/service.yaml', 'purpose: one that is there\n');
  aws = await startAws({ openRuntime: createSimulatedRuntime, gates: [judge], timeScale: 20 });
  const client = new ECSClient({
    endpoint: `http://127.0.0.1:${aws.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  });
  await client.send(
    new RegisterTaskDefinitionCommand({
      ...{
        family: 'one-nats',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
      },
      executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
      containerDefinitions: [{ name: 'one-nats', image: aws.image }],
    }),
  );
  await client.send(
    new CreateServiceCommand({
      ...{
        cluster: 'gaming-system-cluster',
        serviceName: 'one-nats',
        taskDefinition: 'one-nats',
        desiredCount: 1,
      },
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
});
afterAll(async () => {
  await aws.close();
  definition.remove();
});

/** Types commands as somebody whom these policies let in. */
async function as(roles: Role[], commands: string[]): Promise<void> {
  allowed = allowedTo(...roles);
  sent.clear();
  refused.clear();
  try {
    for (const command of commands)
      await gsys([...command.split(' '), '--timeout', '60'], { cwd: definition.root, env: aws.env });
  } finally {
    allowed = undefined;
  }
}

describe('AWS refuses nothing that is asked', () => {
  it.each<[string, Role[], string[], string]>([
    [
      'of the on-call engineer',
      ['on-call'],
      [
        'status',
        'verify',
        'logs one --since 5m',
        'alarms list',
        'alarms check',
        'alarms history',
        'releases',
        'service list',
      ],
      'logs:FilterLogEvents',
    ],
    [
      // What releases ask besides, test/e2e/fleet.test.ts holds against the policy: they need NATS.
      'of the release manager',
      ['release-manager'],
      [
        ...[
          'plan',
          'autoscale apply --yes',
          'alarms apply --yes',
          'alarms silence one --for 5m --reason test --yes',
        ],
        ...['alarms prune --yes', 'dashboards apply --yes'],
      ],
      'cloudwatch:PutMetricAlarm',
    ],
    [
      'of the schedule that publishes',
      ['alarms-publisher'],
      ['alarms publish --yes'],
      'cloudwatch:PutMetricData',
    ],
    [
      'of security',
      ['security'],
      ['tls status', 'tls needs-renewal', 'tls issue --yes'],
      'ssm:GetParametersByPath',
    ],
  ])('%s', async (_, roles, commands, proof) => {
    await as(roles, commands);
    expect([...refused]).toEqual([]);
    expect([...sent]).toContain(proof);
  });

  it('but a change by the on-call engineer', async () => {
    await as(['on-call'], ['alarms silence one --for 5m --reason test --yes']);
    expect([...refused]).not.toEqual([]);
  });
});
