import { expect, it } from 'vitest';
import type { AlarmState } from '../../../../../src/local/aws/cloudwatch/alarms/alarm.ts';
import { readAlarmRule } from '../../../../../src/local/aws/cloudwatch/alarms/alarm-rule.ts';

const STATES: Record<string, AlarmState> = { a: 'ALARM', b: 'OK', 'c d': 'INSUFFICIENT_DATA' };
const holds = (rule: string) => readAlarmRule(rule).holds((name) => STATES[name]);

it.each([
  ['ALARM(a)', true],
  ['ALARM("a")', true],
  ['ALARM(b)', false],
  ['INSUFFICIENT_DATA("c d")', true],
  ['ALARM(arn:aws:cloudwatch:us-east-1:000000000000:alarm:a)', true],
  ['NOT ALARM(b)', true],
  ['NOT (ALARM(a) OR OK(b))', false],
  ['ALARM(a) AND ALARM(b) OR OK(b)', true],
  ['ALARM(a) OR ALARM(b) AND FALSE', true],
  ['(ALARM(a) OR ALARM(b)) AND FALSE', false],
  ['NOT TRUE', false],
  ['OK(gone)', false],
])('%s is %s', (rule, expected) => expect(holds(rule)).toBe(expected));

it('names each child once', () => {
  expect(readAlarmRule('ALARM(a) OR (OK(a) AND ALARM("c d"))').children).toEqual(['a', 'c d']);
});

it.each([
  '',
  'ALARM',
  'ALARM()',
  'ALARM(a',
  'ALARM(a) AND',
  'a',
  'OR ALARM(a)',
  'ALARM(a) OK(b)',
  'BROKEN(a)',
])('refuses "%s"', (rule) => {
  expect(() => readAlarmRule(rule)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
});
