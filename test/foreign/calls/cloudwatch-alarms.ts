import { expect } from 'vitest';
import { type Row, times } from './row.ts';

const alarm = (name: string) => ({
  AlarmName: name,
  AlarmDescription: 'for the table',
  Namespace: 'Table',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
});
const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

/** Rows of CloudWatch's story about what watches metrics. */
export const cloudwatchAlarms: Row[] = [
  ...times(
    3,
    (i): Row => ({
      call: 'PutMetricAlarm',
      kind: 'shape',
      what: `answers nothing: ${i} of 3`,
      input: { ...alarm(`table-${i}`), Tags: [{ Key: 'owner', Value: 'tests' }] },
    }),
  ),
  {
    call: 'PutMetricAlarm',
    kind: 'error',
    what: 'without a threshold',
    input: { ...alarm('table-none'), Threshold: undefined },
    error: 'MissingParameter',
  },
  {
    call: 'PutMetricAlarm',
    kind: 'limit',
    what: 'six actions are one too many',
    input: {
      ...alarm('table-acts'),
      AlarmActions: times(6, (i) => `arn:aws:sns:us-east-1:000000000000:t${i}`),
    },
    error: 'ValidationError',
  },
  {
    call: 'PutCompositeAlarm',
    kind: 'shape',
    what: 'over two of them',
    input: { AlarmName: 'table-any', AlarmRule: 'ALARM("table-1") OR ALARM("table-2")' },
  },
  {
    call: 'PutCompositeAlarm',
    kind: 'error',
    what: 'over one that does not exist',
    input: { AlarmName: 'table-lost', AlarmRule: 'ALARM("nowhere")' },
    error: 'ValidationError',
  },
  {
    call: 'DescribeAlarms',
    kind: 'shape',
    what: 'a metric alarm',
    input: { AlarmNames: ['table-1'] },
    holds: {
      MetricAlarms: [
        {
          ...alarm('table-1'),
          AlarmArn: arn('table-1'),
          StateValue: expect.stringMatching(/^(OK|INSUFFICIENT_DATA)$/),
          ActionsEnabled: true,
          Dimensions: [],
          AlarmActions: [],
        },
      ],
    },
  },
  {
    call: 'DescribeAlarms',
    kind: 'shape',
    what: 'a composite alarm',
    input: { AlarmTypes: ['CompositeAlarm'], AlarmNamePrefix: 'table-' },
    holds: { CompositeAlarms: [{ AlarmName: 'table-any', AlarmArn: arn('table-any') }] },
  },
  {
    call: 'DescribeAlarms',
    kind: 'page',
    what: 'one by one',
    input: { AlarmNamePrefix: 'table-' },
    pages: { size: 1, requests: 3, of: 'MetricAlarms', items: 3 },
  },
  {
    call: 'DescribeAlarms',
    kind: 'page',
    what: "the CLI's own --max-items",
    input: { AlarmNamePrefix: 'table-' },
    options: ['--max-items', '2', '--page-size', '1'],
    clients: 'cli',
    holds: { MetricAlarms: [{}, {}], NextToken: expect.any(String) },
  },
  {
    call: 'DescribeAlarms',
    kind: 'limit',
    what: '101 names are one too many',
    input: { AlarmNames: times(101, (i) => `a${i}`) },
    error: 'ValidationError',
  },
  {
    call: 'DescribeAlarms',
    kind: 'limit',
    what: 'pages of 101 are too large',
    input: { MaxRecords: 101 },
    error: 'ValidationError',
  },
  {
    call: 'DescribeAlarms',
    kind: 'error',
    what: 'a token that was never given out',
    input: { NextToken: 'bogus' },
    error: 'InvalidNextToken',
  },
  {
    call: 'DescribeAlarmsForMetric',
    kind: 'shape',
    what: 'which alarms read a metric',
    input: { Namespace: 'Table', MetricName: 'Errors' },
    holds: { MetricAlarms: [{ AlarmName: 'table-1' }, { AlarmName: 'table-2' }, { AlarmName: 'table-3' }] },
  },
  {
    call: 'SetAlarmState',
    kind: 'shape',
    what: 'answers nothing',
    input: { AlarmName: 'table-2', StateValue: 'ALARM', StateReason: 'a test' },
  },
  {
    call: 'SetAlarmState',
    kind: 'error',
    what: 'of an alarm that does not exist',
    input: { AlarmName: 'nowhere', StateValue: 'ALARM', StateReason: 'a test' },
    error: 'ResourceNotFound',
  },
  {
    call: 'DescribeAlarmHistory',
    kind: 'shape',
    what: 'newest first',
    input: { AlarmName: 'table-2', HistoryItemType: 'StateUpdate' },
    holds: {
      AlarmHistoryItems: expect.arrayContaining([
        expect.objectContaining({
          AlarmName: 'table-2',
          HistoryItemType: 'StateUpdate',
          HistoryData: expect.stringContaining('a test'),
        }),
      ]),
    },
  },
  {
    call: 'DescribeAlarmHistory',
    kind: 'error',
    what: 'a token that was never given out',
    input: { NextToken: 'bogus' },
    error: 'InvalidNextToken',
  },
  { call: 'DisableAlarmActions', kind: 'shape', what: 'answers nothing', input: { AlarmNames: ['table-1'] } },
  { call: 'EnableAlarmActions', kind: 'shape', what: 'answers nothing', input: { AlarmNames: ['table-1'] } },
  {
    call: 'TagResource',
    kind: 'shape',
    what: 'answers an empty result',
    input: { ResourceARN: arn('table-1'), Tags: [{ Key: 'stage', Value: 'test' }] },
  },
  {
    call: 'UntagResource',
    kind: 'shape',
    what: 'answers an empty result',
    input: { ResourceARN: arn('table-1'), TagKeys: ['owner'] },
  },
  {
    call: 'ListTagsForResource',
    kind: 'shape',
    what: 'what is left',
    input: { ResourceARN: arn('table-1') },
    holds: { Tags: [{ Key: 'stage', Value: 'test' }] },
  },
  {
    call: 'ListTagsForResource',
    kind: 'error',
    what: 'of an alarm that does not exist',
    input: { ResourceARN: arn('nowhere') },
    error: 'ResourceNotFoundException',
  },
  {
    call: 'DeleteAlarms',
    kind: 'error',
    what: 'that a composite alarm needs',
    input: { AlarmNames: ['table-1'] },
    error: 'ValidationError',
  },
  {
    call: 'DeleteAlarms',
    kind: 'shape',
    what: 'with the composite alarm that needs it',
    input: { AlarmNames: ['table-any', 'table-1'] },
  },
  {
    call: 'DeleteAlarms',
    kind: 'error',
    what: 'that does not exist',
    input: { AlarmNames: ['table-1'] },
    error: 'ResourceNotFound',
  },
];
