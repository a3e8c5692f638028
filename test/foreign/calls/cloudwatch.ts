import { expect } from 'vitest';
import { cloudwatchAlarms } from './cloudwatch-alarms.ts';
import { type Story, times } from './row.ts';

/** Whole minutes, so that a period of 60 s starts at each datapoint. */
const MINUTE = 60_000;
const START = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
const minute = (i: number) => new Date(START + i * MINUTE);
const DIMENSIONS = [{ Name: 'Service', Value: 'settings' }];
const RANGE = { StartTime: minute(0), EndTime: minute(5), Period: 60 };

export const cloudwatch: Story = {
  service: 'cloudwatch',
  rows: [
    {
      call: 'PutMetricData',
      kind: 'shape',
      what: 'three minutes of one metric; answers nothing',
      input: {
        Namespace: 'Table',
        MetricData: times(3, (i) => ({
          MetricName: 'Latency',
          Dimensions: DIMENSIONS,
          Timestamp: minute(i),
          Value: i * 10,
          Unit: 'Milliseconds',
        })),
      },
    },
    {
      call: 'PutMetricData',
      kind: 'shape',
      what: 'so many data that clients pack them',
      input: {
        Namespace: 'Table',
        MetricData: times(600, (i) => ({
          MetricName: `Metric${i}`,
          Timestamp: minute(1),
          Value: i,
          Unit: 'Count',
        })),
      },
    },
    {
      call: 'PutMetricData',
      kind: 'shape',
      what: 'a set of statistics',
      input: {
        Namespace: 'Table',
        MetricData: [
          {
            MetricName: 'Sizes',
            Timestamp: minute(1),
            StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
            Unit: 'Bytes',
          },
        ],
      },
    },
    {
      call: 'PutMetricData',
      kind: 'limit',
      what: '1001 data are one too many',
      input: { Namespace: 'Table', MetricData: times(1001, () => ({ MetricName: 'Many', Value: 1 })) },
      error: 'InvalidParameterValue',
    },
    {
      call: 'PutMetricData',
      kind: 'error',
      what: "into a namespace of AWS's own",
      input: { Namespace: 'AWS/ECS', MetricData: [{ MetricName: 'CPUUtilization', Value: 1 }] },
      error: 'InvalidParameterValue',
    },
    {
      call: 'PutMetricData',
      kind: 'error',
      what: 'a value and statistics together',
      input: {
        Namespace: 'Table',
        MetricData: [
          {
            MetricName: 'Both',
            Value: 1,
            StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 },
          },
        ],
      },
      error: 'InvalidParameterCombination',
    },
    {
      call: 'ListMetrics',
      kind: 'shape',
      what: 'by name',
      input: { Namespace: 'Table', MetricName: 'Latency' },
      holds: { Metrics: [{ Namespace: 'Table', MetricName: 'Latency', Dimensions: DIMENSIONS }] },
    },
    {
      call: 'ListMetrics',
      kind: 'page',
      what: '500 a page, which nobody can change',
      input: { Namespace: 'Table' },
      pages: { requests: 2, of: 'Metrics', items: 602 },
    },
    {
      call: 'ListMetrics',
      kind: 'error',
      what: 'a token that was never given out',
      input: { NextToken: 'bogus' },
      error: 'InvalidParameterValue',
    },
    {
      call: 'GetMetricStatistics',
      kind: 'shape',
      what: 'average and a percentile',
      input: {
        Namespace: 'Table',
        MetricName: 'Latency',
        Dimensions: DIMENSIONS,
        ...RANGE,
        Statistics: ['Average', 'SampleCount'],
      },
      holds: {
        Label: 'Latency',
        Datapoints: expect.arrayContaining([
          expect.objectContaining({ Average: 10, SampleCount: 1, Unit: 'Milliseconds' }),
        ]),
      },
    },
    {
      call: 'GetMetricStatistics',
      kind: 'limit',
      what: 'more than 1440 datapoints',
      input: {
        Namespace: 'Table',
        MetricName: 'Latency',
        Statistics: ['Sum'],
        StartTime: new Date(START - 2 * 86_400_000),
        EndTime: minute(0),
        Period: 60,
      },
      error: 'InvalidParameterCombination',
    },
    {
      call: 'GetMetricStatistics',
      kind: 'error',
      what: 'without a statistic',
      input: { Namespace: 'Table', MetricName: 'Latency', ...RANGE },
      error: 'InvalidParameterCombination',
    },
    {
      call: 'GetMetricData',
      kind: 'shape',
      what: 'a metric and an expression over it',
      input: {
        StartTime: minute(0),
        EndTime: minute(5),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: { Namespace: 'Table', MetricName: 'Latency', Dimensions: DIMENSIONS },
              Period: 60,
              Stat: 'Maximum',
            },
          },
          { Id: 'e', Expression: 'm * 2' },
        ],
      },
      holds: {
        MetricDataResults: [
          { Id: 'm', Values: [10, 20, 30], StatusCode: 'Complete' },
          { Id: 'e', Values: [20, 40, 60] },
        ],
      },
    },
    {
      call: 'GetMetricData',
      kind: 'page',
      what: 'one datapoint at a time',
      options: ['--no-paginate'],
      input: {
        StartTime: minute(0),
        EndTime: minute(5),
        MaxDatapoints: 1,
        MetricDataQueries: [
          {
            Id: 'm',
            MetricStat: {
              Metric: { Namespace: 'Table', MetricName: 'Latency', Dimensions: DIMENSIONS },
              Period: 60,
              Stat: 'Maximum',
            },
          },
        ],
      },
      holds: { MetricDataResults: [{ Values: [30] }], NextToken: expect.any(String) },
    },
    {
      call: 'GetMetricData',
      kind: 'limit',
      what: '501 queries are one too many',
      input: {
        StartTime: minute(0),
        EndTime: minute(5),
        MetricDataQueries: times(501, (i) => ({ Id: `m${i}`, Expression: '1' })),
      },
      error: 'ValidationError',
    },
    ...cloudwatchAlarms,
    {
      call: 'PutDashboard',
      kind: 'shape',
      what: 'with what is wrong in it',
      input: {
        DashboardName: 'table',
        DashboardBody: JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: 'hello' } }] }),
      },
      holds: {},
    },
    {
      call: 'PutDashboard',
      kind: 'error',
      what: 'a body that is no JSON',
      input: { DashboardName: 'table', DashboardBody: '{' },
      error: 'InvalidParameterInput',
    },
    {
      call: 'GetDashboard',
      kind: 'shape',
      what: 'as it was put',
      input: { DashboardName: 'table' },
      holds: { DashboardName: 'table', DashboardBody: expect.stringContaining('hello') },
    },
    {
      call: 'ListDashboards',
      kind: 'shape',
      what: 'name and size',
      holds: { DashboardEntries: [{ DashboardName: 'table', Size: expect.any(Number) }] },
    },
    {
      call: 'DeleteDashboards',
      kind: 'shape',
      what: 'by name',
      input: { DashboardNames: ['table'] },
    },
    {
      call: 'GetDashboard',
      kind: 'error',
      what: 'that does not exist',
      input: { DashboardName: 'table' },
      error: 'ResourceNotFound',
    },
    {
      call: 'ListMetrics',
      kind: 'error',
      what: 'without a signature, as awsQuery says it',
      unsigned: true,
      clients: 'query',
      error: 'MissingAuthenticationToken',
    },
    {
      call: 'ListMetrics',
      kind: 'error',
      what: 'without a signature, as awsJson says it',
      unsigned: true,
      clients: 'json',
      error: 'MissingAuthenticationTokenException',
    },
    {
      call: 'DescribeAnomalyDetectors',
      kind: 'error',
      what: 'an operation that the platform lacks, in awsQuery',
      clients: 'query',
      error: 'InvalidAction',
    },
    {
      call: 'DescribeAnomalyDetectors',
      kind: 'error',
      what: 'an operation that the platform lacks, in awsJson',
      clients: 'json',
      error: 'UnknownOperationException',
    },
  ],
};
