import { describe, expect, it } from 'vitest';
import { decideScaling, type ScalingQuestion } from '../../../../src/local/aws/autoscaling/decide.ts';

describe('target tracking', () => {
  const ask = (question: Partial<ScalingQuestion>) =>
    decideScaling({
      direction: 'out',
      metric: 90,
      target: 60,
      current: 4,
      min: 2,
      max: 10,
      deploying: false,
      outvoted: false,
      lastOut: undefined,
      lastScaled: undefined,
      cooldown: { out: 300, in: 300 },
      ...question,
    });
  const low = { direction: 'in', metric: 30 } as const;

  it.each<[string, Partial<ScalingQuestion>, number]>([
    ['goes out to where the metric meets its target', {}, 6],
    ['goes out by one at least', { metric: 61, current: 2 }, 4 - 1],
    ['stops at the maximum', { metric: 500 }, 10],
    [
      'goes out within its cooldown where more is needed than was added',
      { lastOut: { ago: 10, from: 4 }, current: 6, metric: 120 },
      8,
    ],
    ['goes in to where the metric meets its target', low, 2],
    ['goes in no further than the minimum', { ...low, metric: 1 }, 2],
    ['goes in by one at least', { ...low, metric: 53 }, 3],
    ['goes in once the cooldown is over', { ...low, lastScaled: 300 }, 2],
  ])('%s', (_, question, scaleTo) => {
    expect(ask(question)).toEqual({ scaleTo });
  });

  it.each<[string, Partial<ScalingQuestion>, unknown]>([
    [
      'at the maximum',
      { current: 10 },
      { Code: 'AlreadyAtMaxCapacity', MaxCapacity: 10, CurrentCapacity: 10 },
    ],
    [
      'at the minimum',
      { ...low, current: 2 },
      { Code: 'AlreadyAtMinCapacity', MinCapacity: 2, CurrentCapacity: 2 },
    ],
    ['in during a deployment', { ...low, deploying: true }, { Code: 'TargetServicePutResourceAsUnscalable' }],
    [
      'in against another policy',
      { ...low, outvoted: true },
      { Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: 4 },
    ],
    ['in within the cooldown', { ...low, lastScaled: 299 }, 'cooling down'],
    [
      'out within the cooldown for what is on its way',
      { lastOut: { ago: 10, from: 4 }, current: 6 },
      'cooling down',
    ],
  ])('does not scale %s', (_, question, stay) => {
    expect(ask(question)).toEqual({ stay });
  });
});
