import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import { refuseErrors } from '../../../../src/lib/release/plan/finding.ts';
import { planRelease } from '../../../../src/lib/release/plan/release-plan.ts';
import type { ServiceFacts } from '../../../../src/lib/release/plan.ts';
import { serviceSettings } from '../../../../src/lib/release/service-request.ts';
import { FLEET, factsOf, named, stateOf } from '../facts.ts';

const settings = named('settings');
const { wanted, state } = factsOf('settings');
const running = state?.taskDefinition ?? '';
const [container] = wanted.containerDefinitions ?? [];

/** Something changes, so that the service is looked at. */
const changed = { wanted: { ...wanted, family: 'another' } };
const withContainer = (change: object) => ({
  wanted: { ...changed.wanted, containerDefinitions: [{ ...container, ...change }] },
});
const within = (change: Partial<Fleet['environment']>): Fleet => ({
  ...FLEET,
  environment: { ...FLEET.environment, ...change },
});
const release = (change: Partial<Fleet['environment']['release']>) =>
  within({ release: { ...FLEET.environment.release, ...change } });

const findings = (change: Partial<ServiceFacts>, fleet = FLEET) =>
  planRelease(fleet, [factsOf('settings', { settings: serviceSettings(fleet), ...change })]).findings;

describe('a plan', () => {
  it('has nothing said against it that is as it should be', () => {
    expect(findings(changed)).toEqual([]);
  });

  it('is silent about what it does not touch', () => {
    expect(planRelease(FLEET, [factsOf('settings', { lacks: [] })]).findings).toEqual([]);
  });

  it.each<[string, string, string, Partial<ServiceFacts>, Fleet?]>([
    [
      'image-missing',
      'it was not built on this machine',
      'gsys build settings',
      { ...changed, lacks: [{ what: 'built image', name: 'settings' }] },
    ],
    [
      'image-missing',
      'the registry does not have its image',
      'gsys push settings',
      { ...changed, lacks: [{ what: 'pushed image', name: 'settings' }] },
    ],
    [
      'secret-missing',
      'Secrets Manager does not have gaming-system/tls',
      'gsys local up',
      { ...changed, lacks: [{ what: 'secret', name: 'gaming-system/tls' }] },
    ],
    [
      'role',
      'its execution role: nothing is not the ARN of an IAM role',
      'correct environments.local.roles.execution in gsys.yaml',
      { wanted: { ...changed.wanted, executionRoleArn: undefined } },
    ],
    [
      'role',
      'its task role: arn:aws:iam::123456789012:role/task is of account 123456789012, not 000000000000',
      'correct environments.local.roles.task in gsys.yaml',
      { wanted: { ...changed.wanted, taskRoleArn: 'arn:aws:iam::123456789012:role/task' } },
    ],
    [
      'fargate-size',
      'Fargate has no task of 256 cpu with 4096 MiB',
      'choose another size',
      { wanted: { ...changed.wanted, memory: '4096' } },
    ],
    [
      'fargate-size',
      'Fargate has no 300 cpu',
      'choose another size',
      { wanted: { ...changed.wanted, cpu: '300' } },
    ],
    [
      'fargate-size',
      'container settings-nats wants 1024 MiB, its task has 512',
      'choose another size',
      withContainer({ memory: 1024 }),
    ],
    [
      'rollout-capacity',
      'of 2 tasks, 100 to 149 % is 2 to 2: ECS could replace none',
      'widen environments.local.release.maximumPercent',
      changed,
      release({ maximumPercent: 149 }),
    ],
    [
      'deadline',
      'a failing health check shows after 3305 s, and the rollout is given up after 375 s',
      'define its health',
      withContainer({
        healthCheck: { ...container?.healthCheck, interval: 300, retries: 10, startPeriod: 300 },
      }),
    ],
    [
      'bake',
      'a wave is watched for 10 s, and a health check that begins to fail shows after 35 s',
      'set environments.local.release.bakeSeconds in gsys.yaml to 180 or more',
      changed,
      {
        ...release({ bakeSeconds: 10 }),
        environment: { ...release({ bakeSeconds: 10 }).environment, platform: 'aws' },
      },
    ],
  ])('would be refused: %s, %s', (code, message, next, change, fleet) => {
    const found = findings(change, fleet);
    expect(found).toMatchObject([
      {
        level: 'error',
        code,
        message: expect.stringContaining(message),
        next: expect.stringContaining(next),
      },
    ]);
    expect(() => refuseErrors(found)).toThrow(
      expect.objectContaining({
        code: 'PLAN_REFUSED',
        exitCode: 1,
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each<[string, string, Partial<ServiceFacts>, Fleet?]>([
    [
      'secret-unchecked',
      'arn:aws:ssm:us-east-1:000000000000:parameter/t is not looked up',
      withContainer({
        secrets: [{ name: 'T', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/t' }],
      }),
    ],
    [
      'desired-out-of-range',
      '11 tasks are desired, but it scales from 2 to 10',
      { ...changed, state: { ...stateOf(settings, running), desired: 11 } },
    ],
    [
      'health-check-missing',
      'without a health check ECS counts a task 40 s',
      withContainer({ healthCheck: undefined }),
    ],
    [
      'bake',
      'a wave is watched for 120 s, and the first alarm of a service can fire after 180 s',
      changed,
      {
        ...release({ bakeSeconds: 120 }),
        environment: { ...release({ bakeSeconds: 120 }).environment, platform: 'aws' },
      },
    ],
  ])('is warned of: %s, %s', (code, message, change, fleet) => {
    const found = findings(change, fleet);
    expect(found).toMatchObject([{ level: 'warning', code, message: expect.stringContaining(message) }]);
    expect(() => refuseErrors(found)).not.toThrow();
  });

  it.each([
    ['a task first stops', { minimumHealthyPercent: 50, maximumPercent: 100 }, 2],
    ['a task more starts', { minimumHealthyPercent: 100, maximumPercent: 150 }, 2],
    ['it has no tasks', { minimumHealthyPercent: 100, maximumPercent: 100 }, 0],
  ])('can roll where %s', (_how, percentages, desired) => {
    const state = { ...stateOf(settings, running), desired };
    expect(findings({ ...changed, state }, release(percentages))).toEqual([]);
  });

  it('bakes nothing that is new', () => {
    const fleet = {
      ...FLEET,
      environment: { ...release({ bakeSeconds: 0 }).environment, platform: 'aws' as const },
    };
    expect(findings({ state: undefined }, fleet)).toEqual([]);
  });
});
