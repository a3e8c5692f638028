import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { allPages, inBatches } from './batches.ts';
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

/** A value of our own. */
export interface NewMetricPoint extends MetricPoint, Pick<MetricQuery, 'name' | 'dimensions'> {
  unit: 'Percent' | 'Count' | 'Milliseconds';
  /** Whether several of a minute are kept apart. */
  fine: boolean;
}

export interface Metrics {
  /** Datapoints of each metric, newest first; none where there are none. At most 500 metrics: one request. */
  read(queries: MetricQuery[], from: Date, to: Date): Promise<MetricPoint[][]>;
  publish(namespace: string, points: NewMetricPoint[]): Promise<void>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const PUT_PER_CALL = 1000;

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
            Dimensions: dimensionsOf(dimensions),
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

    async publish(Namespace, points) {
      await inBatches(points, PUT_PER_CALL, async (slice) => {
        const MetricData = slice.map(({ name, dimensions, at, value, unit, fine }) => ({
          ...{ MetricName: name, Timestamp: at, Value: value, Unit: unit },
          Dimensions: dimensionsOf(dimensions),
          StorageResolution: fine ? 1 : 60,
        }));
        await send(new PutMetricDataCommand({ Namespace, MetricData }));
        return [];
      });
    },
  };
}

function dimensionsOf(dimensions: Record<string, string>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
