import { describe, expect, it } from 'vitest';
import { alarms } from '../../../src/lib/aws/alarms.ts';
import { type AlarmDefinition, alarmsOf } from '../../../src/lib/fleet/alarms.ts';
import { alarmState, FLEET } from '../verify/fixture.ts';
import { accessTo, answers, type Request } from './support/answers.ts';

const [alarm] = alarmsOf(FLEET, FLEET.services) as [AlarmDefinition];
const THROTTLED = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
const sent = (requests: Request[]) => requests.map(({ operation, body }) => [operation, JSON.parse(body)]);

describe('describing alarms', () => {
  it('asks for a hundred at a time and follows every page', async () => {
    const { url, requests } = await answers(({ body }) => {
      const { AlarmNames, NextToken } = JSON.parse(body) as { AlarmNames: string[]; NextToken?: string };
      const half = AlarmNames.length / 2;
      const page = NextToken === undefined ? AlarmNames.slice(0, half) : AlarmNames.slice(half);
      return {
        body: {
          MetricAlarms: page.map((AlarmName) => ({ AlarmName, StateValue: 'OK' })),
          ...(NextToken === undefined && { NextToken: 'more' }),
        },
      };
    });
    const names = Array.from({ length: 110 }, (_, i) => `alarm-${i}`);
    const found = await alarms(accessTo(url)).describe(names);
    expect(found.map(({ name }) => name).sort()).toEqual(names.toSorted());
    expect(requests).toHaveLength(4);
  });

  it('asks for nothing where it would be told of every alarm of the account', async () => {
    const { url, requests } = await answers(() => ({
      body: { MetricAlarms: [{ AlarmName: 'somebody’s' }] },
    }));
    expect(await alarms(accessTo(url)).describe([])).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('does not take an HTML page for an answer', async () => {
    const { url } = await answers(() => ({ status: 200, body: '<html>no</html>' }));
    await expect(alarms(accessTo(url)).describe(['a'])).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
  });
});

describe('putting an alarm', () => {
  it('tags a new one with the put, and one that is there afterwards', async () => {
    const { url, requests } = await answers(() => ({ body: {} }));
    const known = alarmState(alarm);
    await alarms(accessTo(url)).put(alarm, 'fleet', undefined);
    await alarms(accessTo(url)).put(alarm, 'fleet', known);
    const Tags = [{ Key: 'gsys:fleet', Value: 'fleet' }];
    expect(sent(requests)).toMatchObject([
      ['PutMetricAlarm', { AlarmName: alarm.name, ActionsEnabled: true, Tags }],
      ['PutMetricAlarm', { AlarmName: alarm.name }],
      ['TagResource', { ResourceARN: known.arn, Tags }],
    ]);
    expect(sent(requests)[1]?.[1]).not.toHaveProperty('Tags');
  });

  it('names no unit: an alarm with a wrong one never sees anything', async () => {
    const { url, requests } = await answers(() => ({ body: {} }));
    await alarms(accessTo(url)).put(alarm, 'fleet', undefined);
    expect(sent(requests)[0]?.[1]).not.toHaveProperty('Unit');
  });

  it('is put again when CloudWatch throttles', async () => {
    let asked = 0;
    const { url } = await answers(() => (++asked <= 2 ? THROTTLED : { body: {} }));
    await alarms(accessTo(url)).put(alarm, 'fleet', undefined);
    expect(asked).toBe(3);
  });
});
