import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { validation } from '../errors.ts';
import { readDimensions } from './dimensions.ts';
import { percentOf, STATISTICS, statistic } from './distribution.ts';
import { computeExpression, idsIn, type Points } from './expression.ts';
import type { MetricName, MetricStore } from './metric-store.ts';

/** `MetricDataQueries` of GetMetricData, `Metrics` of PutMetricAlarm: metrics, and expressions over them. */

export interface StatQuery {
  metric: MetricName;
  stat: string;
  unit: string | undefined;
}

/** @throws AwsError for queries that CloudWatch refuses, and for metric math that is not known here */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const ids = queries.map(({ Id = '' }) => Id);
  for (const id of ids)
    if (!/^[a-z][A-Za-z0-9_]{0,254}$/.test(id))
      throw validation(`The value '${id}' for field Id is not matched: it begins with a lower-case letter.`);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw validation(`The id '${twice}' is used twice.`);
  for (const query of queries) {
    if ((query.MetricStat === undefined) === (query.Expression === undefined))
      throw validation(`Exactly one of MetricStat and Expression must be there for '${query.Id}'.`);
    if (query.MetricStat) readStat(query.MetricStat);
  }
  const sample = new Map(ids.map((id): [string, Points] => [id, [0]]));
  for (const { Expression } of queries)
    if (Expression !== undefined) computeExpression(Expression, sample, 1, ids);
  order(queries);
}

export function readStat({ Metric, Stat = '', Unit }: MetricStat): StatQuery {
  if (!STATISTICS.includes(Stat) && percentOf(Stat) === undefined)
    throw validation(`The value ${Stat} for parameter Stat is not supported.`);
  return {
    metric: {
      namespace: Metric?.Namespace ?? '',
      name: Metric?.MetricName ?? '',
      dimensions: readDimensions(Metric?.Dimensions),
    },
    stat: Stat,
    unit: Unit,
  };
}

/** The values of every query, by id, one for each span. */
export function answerQueries(
  queries: readonly MetricDataQuery[],
  spansOf: (query: MetricDataQuery) => [number, number][],
  store: MetricStore,
): Map<string, Points> {
  const answers = new Map<string, Points>();
  const plain = queries.flatMap(({ Id = '', MetricStat }) => (MetricStat ? [Id] : []));
  for (const query of order(queries)) {
    const { Id = '', MetricStat, Expression = '' } = query;
    const spans = spansOf(query);
    answers.set(
      Id,
      MetricStat
        ? readPoints(readStat(MetricStat), spans, store)
        : computeExpression(Expression, answers, spans.length, plain),
    );
  }
  return answers;
}

export function readPoints(
  { metric, stat, unit }: StatQuery,
  spans: [number, number][],
  store: MetricStore,
): Points {
  return store
    .read(metric, unit, spans)
    .map((samples) => (samples === undefined ? undefined : statistic(samples, stat)));
}

/** Each expression after what it names. @throws AwsError when that goes in a circle */
function order(queries: readonly MetricDataQuery[]): MetricDataQuery[] {
  const ordered = queries.filter(({ MetricStat }) => MetricStat !== undefined);
  let waiting = queries.filter(({ MetricStat }) => MetricStat === undefined);
  while (waiting.length > 0) {
    const names = waiting.map(({ Id = '' }) => Id);
    const ready = waiting.filter(({ Expression = '' }) => idsIn(Expression, names).length === 0);
    if (ready.length === 0)
      throw validation(`The expressions ${names.join(', ')} refer to each other in a circle.`);
    ordered.push(...ready);
    waiting = waiting.filter((query) => !ready.includes(query));
  }
  return ordered;
}
