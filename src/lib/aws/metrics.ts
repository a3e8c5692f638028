import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';

export interface MetricQuery {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum';
  /** Seconds. */
  period: number;
}

/** The start of its period, and the value. */
export interface MetricPoint {
  at: Date;
  value: number;
}

export interface Metrics {
  /** Datapoints of each metric, newest first; none where there are none. At most 500 metrics: one request. */
  read(queries: MetricQuery[], from: Date, to: Date): Promise<MetricPoint[][]>;
}

export function metrics(access: AwsAccess): Metrics {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);
  return {
    async read(queries, StartTime, EndTime) {
      const MetricDataQueries = queries.map(({ namespace, name, dimensions, statistic, period }, i) => ({
        Id: `m${i}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Stat: statistic,
          Period: period,
        },
      }));
      const results = await allPages(async (NextToken) => {
        const reply = await send(
          new GetMetricDataCommand({
            MetricDataQueries,
            StartTime,
            EndTime,
            ScanBy: 'TimestampDescending',
            NextToken,
          }),
        );
        return { items: reply.MetricDataResults ?? [], next: reply.NextToken };
      });
      return queries.map((_, i) =>
        results
          .filter(({ Id }) => Id === `m${i}`)
          .flatMap(({ Timestamps = [], Values = [] }) =>
            Timestamps.map((at, n) => ({ at, value: Values[n] ?? 0 })),
          ),
      );
    },
  };
}
