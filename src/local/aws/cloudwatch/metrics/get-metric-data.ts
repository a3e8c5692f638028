import type { GetMetricDataInput, GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { decodeToken, encodeToken } from '../../paging.ts';
import { badToken, validation } from '../errors.ts';
import { answerQueries, checkQueries } from './metric-queries.ts';
import type { MetricStore } from './metric-store.ts';
import { spansBetween } from './spans.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
const MOST_DATAPOINTS = 100_800;

/** Metrics and expressions over them, newest first unless asked otherwise; a page holds so many datapoints. */
export function getMetricData(input: GetMetricDataInput, store: MetricStore): GetMetricDataOutput {
  const queries = input.MetricDataQueries ?? [];
  if (queries.length === 0 || queries.length > MOST_QUERIES)
    throw validation(`The collection MetricDataQueries must have a size from 1 to ${MOST_QUERIES}.`);
  checkQueries(queries);
  const [from, to] = [input.StartTime?.getTime() ?? 0, input.EndTime?.getTime() ?? 0];
  if (from >= to) throw validation('The parameter StartTime must be less than the parameter EndTime.');
  const spansOf = (query: MetricDataQuery) => spansBetween(from, to, periodOf(query, queries), validation);
  const answers = answerQueries(queries, spansOf, store);

  const rows = queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .map((query) => {
      const points = spansOf(query).flatMap(([at], i) => {
        const value = answers.get(query.Id ?? '')?.[i];
        return value === undefined ? [] : [{ at, value }];
      });
      if (input.ScanBy !== 'TimestampAscending') points.reverse();
      return { query, points };
    });
  return onePage(rows, input);
}

/** An expression has the period of what it is made of: the longest, where they differ. */
function periodOf({ MetricStat, Period }: MetricDataQuery, queries: readonly MetricDataQuery[]): number {
  return MetricStat?.Period ?? Period ?? Math.max(60, ...queries.map((it) => it.MetricStat?.Period ?? 0));
}

interface Row {
  query: MetricDataQuery;
  points: { at: number; value: number }[];
}

function onePage(rows: Row[], { NextToken, MaxDatapoints }: GetMetricDataInput): GetMetricDataOutput {
  const limit = MaxDatapoints ?? MOST_DATAPOINTS;
  if (limit < 1 || limit > MOST_DATAPOINTS)
    throw validation(`The parameter MaxDatapoints must be between 1 and ${MOST_DATAPOINTS}.`);
  const start = NextToken === undefined ? 0 : Number(decodeToken(NextToken, badToken));
  let before = 0;
  const results = rows.map(({ query, points }) => {
    const given = points.slice(Math.max(0, start - before), Math.max(0, start + limit - before));
    const complete = before + points.length <= start + limit;
    before += points.length;
    return {
      Id: query.Id,
      Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
      Timestamps: given.map(({ at }) => new Date(at)),
      Values: given.map(({ value }) => value),
      StatusCode: complete ? ('Complete' as const) : ('PartialData' as const),
    };
  });
  return {
    MetricDataResults: results,
    Messages: [],
    ...(before > start + limit && { NextToken: encodeToken(String(start + limit)) }),
  };
}
