import { describe, expect, it } from 'vitest';
import { changeText } from '../../../../src/lib/release/plan/change.ts';
import { settingsDiff } from '../../../../src/lib/release/plan/settings-diff.ts';
import { named, stateOf } from '../facts.ts';

const wanted = {
  deploymentConfiguration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  },
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: ['subnet-1', 'subnet-2'],
      securityGroups: ['sg-1'],
      assignPublicIp: 'DISABLED' as const,
    },
  },
};
const state = { ...stateOf(named('settings'), 'settings-nats:1'), ...wanted };

describe('the difference of a service itself', () => {
  it('is none where AWS filled in defaults, kept no order, and others set what nobody defined', () => {
    const asTold = {
      ...state,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'] },
      },
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        strategy: 'ROLLING' as const,
        bakeTimeInMinutes: 0,
        alarms: { alarmNames: ['theirs'], enable: true, rollback: true },
      },
    };
    expect(settingsDiff(asTold, wanted)).toEqual([]);
  });

  it('is none in the desired count, which autoscaling sets', () => {
    expect(settingsDiff({ ...state, desired: 9 }, wanted)).toEqual([]);
  });

  it('names networks and percentages', () => {
    const other = {
      ...state,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
      deploymentConfiguration: { maximumPercent: 150 },
    };
    expect(settingsDiff(other, wanted).map((change) => [change.kind, changeText(change)])).toEqual([
      ['rollout', 'deploymentConfiguration.deploymentCircuitBreaker.enable: false -> true'],
      ['rollout', 'deploymentConfiguration.deploymentCircuitBreaker.rollback: false -> true'],
      ['rollout', 'deploymentConfiguration.maximumPercent: 150 -> 200'],
      [
        'network',
        'networkConfiguration.awsvpcConfiguration.subnets: ["subnet-1"] -> ["subnet-1","subnet-2"]',
      ],
    ]);
  });
});
