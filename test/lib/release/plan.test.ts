import { describe, expect, it } from 'vitest';
import { planRelease } from '../../../src/lib/release/plan/release-plan.ts';
import type { ServiceFacts } from '../../../src/lib/release/plan.ts';
import { planService } from '../../../src/lib/release/plan.ts';
import { FLEET, factsOf, named, stateOf } from './facts.ts';

const settings = named('settings');
const { wanted, state } = factsOf('settings');
const running = state?.taskDefinition ?? '';

describe('what a deploy would do to a service', () => {
  it.each<[string, string, boolean, string[], Partial<ServiceFacts>]>([
    ['nothing where all is as it should be', 'unchanged', false, [], {}],
    ['create it where there is none', 'create', true, ['there is no such service yet'], { state: undefined }],
    [
      'update what runs something else',
      'update',
      true,
      ['cpu: "256" -> "512"', 'memory: "512" -> "1024"'],
      { wanted: { ...wanted, cpu: '512', memory: '1024' } },
    ],
    [
      'update what ECS has forgotten the definition of',
      'update',
      true,
      ['its task definition is gone'],
      { current: undefined },
    ],
    [
      'update, without a new task definition, a service that is set up otherwise',
      'update',
      false,
      ['deploymentConfiguration.maximumPercent: 150 -> 200'],
      {
        state: {
          ...stateOf(settings, running),
          deploymentConfiguration: { ...state?.deploymentConfiguration, maximumPercent: 150 },
        },
      },
    ],
    [
      'try again what failed and was left so',
      'update',
      false,
      ['its last rollout failed and was left so'],
      { state: stateOf(settings, running, { rollout: 'FAILED' }) },
    ],
    [
      'prove what is under way',
      'prove',
      false,
      ['its rollout is under way'],
      { state: stateOf(settings, running, { rollout: 'IN_PROGRESS' }) },
    ],
    [
      'prove what no release records',
      'prove',
      false,
      ['no successful release records what runs'],
      { released: undefined },
    ],
  ])('is to %s', (_what, action, differs, reasons, change) => {
    expect(planService(factsOf('settings', change))).toMatchObject({ action, differs, reasons });
  });

  it('leaves the number of tasks alone, and tells it', () => {
    const scaled = factsOf('settings', { state: { ...stateOf(settings, running), desired: 7 } });
    expect(planService(scaled)).toMatchObject({ action: 'unchanged', desired: { now: 7, defined: 2 } });
  });

  it('tells what a rollback would return to, which need not be what runs', () => {
    const released = { release: 'r', taskDefinition: 'settings-nats:2', imageDigest: 'sha256:2' };
    expect(planService(factsOf('settings', { released })).rollsBackTo).toEqual(released);
    expect(planService(factsOf('settings', { released: undefined })).rollsBackTo).toBeUndefined();
  });

  it('tells all that a new one starts with in the plan, where there is room for it', () => {
    const created = factsOf('settings', { state: undefined });
    expect(planService(created).changes).toBeUndefined();
    const [planned] = planRelease(FLEET, [created]).services;
    expect(planned?.changes).toContainEqual({ path: 'cpu', kind: 'size', from: null, to: '256' });
    expect(planned?.changes).toContainEqual({ path: 'desiredCount', kind: 'count', from: null, to: 2 });
  });
});
