import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askNobody } from '../support/ask-nobody.ts';
import type { Outcome } from '../support/cli.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { type Platform, platform } from '../support/platform.ts';

/** What a user reads when the endpoint is sick: what failed, where, and what to type; never that all is well. */
const definition = fleetFolder();
let sick: Platform;
let endpoint: string;
beforeAll(async () => {
  askNobody(definition.root);
  sick = platform(definition.root);
  await sick.json('local', 'up', '--runtime', 'simulated');
  // Something to deploy and something to push.
  for (const command of ['build', 'push']) expect(await sick.gsys(command)).toMatchObject({ code: 0 });
  endpoint = (await sick.status()).endpoint;
});
afterAll(async () => {
  await sick.remove();
  definition.remove();
});

/** Asked at the same time: either may be the first that fails. */
const ALARMS = 'cloudwatch:DescribeAlarms|sns:ListSubscriptionsByTopic';

/** What is typed, the operations that are sick, and the exit code: 3 for a question, 1 for a change. */
const COMMANDS: [string, string, number][] = [
  ['status', 'ecs:ListTasks', 3],
  ['verify --only ecs.health', 'ecs:ListTasks', 3],
  ['logs', 'logs:FilterLogEvents', 3],
  ['alarms list', ALARMS, 3],
  ['alarms check', ALARMS, 3],
  ['alarms plan', ALARMS, 3],
  ['autoscale plan', 'application-autoscaling:DescribeScalableTargets', 3],
  ['push', 'ecr:GetAuthorizationToken', 1],
  ['deploy --yes', 'ecs:RegisterTaskDefinition', 1],
  ['alarms apply --yes', ALARMS, 1],
  ['alarms subscribe file:alarms.jsonl --yes', ALARMS, 1],
  ['autoscale apply --yes', 'application-autoscaling:DescribeScalableTargets', 1],
];
/** CloudWatch signs its calls as `monitoring`. */
const TARGETS = [
  ...new Set(COMMANDS.flatMap(([, sickOnes]) => sickOnes.replace('cloudwatch:', 'monitoring:').split('|'))),
];

/** Each sickness, how it is injected, and how it is called. */
const SICKNESSES: [string, string[], string][] = [
  ['throttles', ['throttle'], 'Rate exceeded'],
  ['has a fault', ['error', '--code', 'ServerException', '--status', '500'], 'failed on its side'],
  ['answers half a page', ['half'], 'breaks off the connection'],
  ['answers HTML', ['html'], 'does not answer as AWS would'],
  ['never answers', ['hang'], 'does not answer in time'],
];

/** Runs commands at once while the operations are sick: most of the time they wait. @returns what each said */
function whileSick(fault: string[], operations: string[], commands: string[]): (command: string) => Outcome {
  const outcomes = new Map<string, Outcome>();
  beforeAll(async () => {
    const [kind = '', ...parameters] = fault;
    const inject = (operation: string) =>
      sick.json('local', 'fault', 'inject', kind, `aws/${operation}`, ...parameters);
    await Promise.all(operations.map(inject));
    await Promise.all(
      commands.map(async (command) => outcomes.set(command, await sick.gsys(...command.split(' ')))),
    );
    await sick.json('local', 'fault', 'heal', '--all');
  });
  return (command) => {
    const outcome = outcomes.get(command);
    if (outcome === undefined) throw new Error(`${command} did not end`);
    return outcome;
  };
}

describe.each(SICKNESSES)('an endpoint that %s', (_, fault, words) => {
  const outcomeOf = whileSick(
    fault,
    TARGETS,
    COMMANDS.map(([command]) => command),
  );

  it.each(COMMANDS)('%s: says so', (command, operations, code) => {
    const outcome = outcomeOf(command);
    // A terminal's lines are wrapped.
    const text = `${outcome.stdout}\n${outcome.stderr}`.replace(/\s+/g, ' ');
    expect({ code: outcome.code, text }).toEqual({ code, text: expect.stringContaining(words) });
    expect(text).toMatch(new RegExp(operations));
    for (const named of [endpoint, 'gsys local status']) expect(text).toContain(named);
    expect(text).not.toMatch(/\bat \S+:\d+:\d+/);
    expect(text).not.toMatch(/is healthy|is degraded|succeeded/);
  });
});

describe('an endpoint that never answers is given up on at --timeout', () => {
  const commands: [string, number][] = [
    ['status --timeout 2 --json', 3],
    ['verify --timeout 2 --json', 3],
    ['logs --timeout 2 --json', 3],
    ['logs --follow --timeout 2 --json', 3],
    ['push --timeout 2 --json', 1],
    ['deploy --yes --timeout 2 --json', 1],
  ];
  const named = 'status --timeout 2';
  const outcomeOf = whileSick(['hang'], ['*'], [...commands.map(([command]) => command), named]);

  it.each(commands)('%s', (command, exitCode) => {
    const { code, stdout } = outcomeOf(command);
    const document = stdout.startsWith('{\n') ? stdout : stdout.split('\n').at(-1);
    expect({ code, ...JSON.parse(document ?? '') }).toMatchObject({
      code: exitCode,
      error: { code: 'TIMED_OUT', exitCode, message: expect.stringContaining('not done within --timeout 2') },
    });
  });

  it('and named, with what it was asked', () => {
    expect(outcomeOf(named).stderr).toMatch(
      /no answer to ecs:\w+ at http:\/\/127\.0\.0\.1:\d+ yet\nnext {2}gsys local status/,
    );
  });
});

describe('an endpoint that is slow is waited for', () => {
  const commands = ['status', 'logs', 'push'];
  const outcomeOf = whileSick(['delay', '--ms', '700'], ['*'], commands);

  it.each(commands)('%s', (command) => {
    expect(outcomeOf(command)).toMatchObject({ code: 0 });
  });
});

it('an endpoint that is well again is believed again', async () => {
  expect(await sick.gsys('deploy', '--yes')).toMatchObject({ code: 0 });
  const { services } = await sick.json<{ services: { running: number }[] }>('status');
  expect(services.every(({ running }) => running > 0)).toBe(true);
});
