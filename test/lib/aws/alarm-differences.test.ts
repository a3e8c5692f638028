import { describe, expect, it } from 'vitest';
import { alarmDifferences, pagingDifferences } from '../../../src/lib/aws/alarm-differences.ts';
import type { AlarmState, CompositeState } from '../../../src/lib/aws/alarm-shapes.ts';
import { type AlarmDefinition, alarmsOf } from '../../../src/lib/fleet/alarms.ts';
import { type PagingAlarm, pagingAlarms } from '../../../src/lib/fleet/paging-alarms.ts';
import { alarmState, FLEET, pagingState, service } from '../verify/fixture.ts';

const [cpu, , tasks] = alarmsOf(FLEET, [service('settings')]) as [
  AlarmDefinition,
  AlarmDefinition,
  AlarmDefinition,
];
const OTHER = 'arn:aws:sns:us-east-1:000000000000:other';

const differences = (change: Partial<AlarmState>, wanted = cpu) =>
  alarmDifferences(wanted, { ...alarmState(wanted), ...change });

describe('an alarm', () => {
  it('that was put as defined does not differ', () => {
    expect(differences({})).toEqual([]);
  });

  it('that says the same in other words does not differ', () => {
    const { metric } = alarmState(cpu);
    const dimensions = Object.fromEntries(Object.entries(metric?.dimensions ?? {}).reverse());
    expect(differences({ metric: { ...cpu.metric, dimensions }, unit: 'Percent' })).toEqual([]);
  });

  it.each<[string, Partial<AlarmState>, string, RegExp]>([
    [
      'another metric',
      { metric: { ...cpu.metric, name: 'CPUReservation' } },
      'blind',
      /metric is CPUReservation/,
    ],
    [
      'a service of another name',
      { metric: { ...cpu.metric, dimensions: { ServiceName: 'settings' } } },
      'blind',
      /dimension ServiceName is settings/,
    ],
    ['a unit that never comes', { unit: 'Count' }, 'blind', /unit is Count/],
    ['an expression', { metric: undefined }, 'blind', /an expression/],
    ['silence taken for good', { treatMissingData: 'notBreaching' }, 'blind', /treatMissingData/],
    ['disabled actions, of which it has none', { actionsEnabled: false }, 'drift', /disabled/],
    ['somebody told', { actions: { ...cpu.actions, ok: [OTHER] } }, 'drift', /on OK it also tells/],
    ['another threshold', { threshold: 99 }, 'drift', /^threshold is 99, not 80$/],
    ['fewer datapoints', { datapointsToAlarm: 1 }, 'drift', /datapointsToAlarm is 1, not 2/],
  ])('with %s differs', (_, change, effect, what) => {
    const found = differences(change);
    expect(new Set(found.map((one) => one.effect))).toEqual(new Set([effect]));
    expect(found.map((one) => one.what).join('; ')).toMatch(what);
  });

  it('on running tasks must not wait for a count that does not come', () => {
    expect(differences({ treatMissingData: 'missing' }, tasks)).toMatchObject([{ effect: 'blind' }]);
  });
});

describe('an alarm that pages', () => {
  const [paging] = pagingAlarms(FLEET, [service('settings')], () => true) as [PagingAlarm];
  const differences = (change: Partial<CompositeState>) =>
    pagingDifferences(paging, { ...pagingState(paging), ...change });

  it('that was put as defined does not differ', () => {
    expect(differences({})).toEqual([]);
  });

  it.each<[string, Partial<CompositeState>, string, RegExp]>([
    ['disabled actions', { actionsEnabled: false }, 'mute', /disabled/],
    ['nobody told', { actions: { ...paging.actions, alarm: [] } }, 'mute', /on ALARM it does not tell arn/],
    [
      'somebody else told too',
      { actions: { ...paging.actions, ok: [...paging.actions.ok, OTHER] } },
      'drift',
      /on OK it also tells/,
    ],
    ['an alarm left out', { rule: `ALARM("${cpu.name}")` }, 'blind', /does not look at .*-high-memory/],
    ['another alarm too', { rule: `${paging.rule} OR ALARM("other")` }, 'drift', /rule is .*other/],
  ])('with %s differs', (_, change, effect, what) => {
    const found = differences(change);
    expect(new Set(found.map((one) => one.effect))).toEqual(new Set([effect]));
    expect(found.map((one) => one.what).join('; ')).toMatch(what);
  });
});
