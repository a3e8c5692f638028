import type { DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput } from '@aws-sdk/client-cloudwatch';
import { page, pageSize } from '../../paging.ts';
import { badToken, validation } from '../errors.ts';
import type { AlarmHistory } from './history.ts';

const PAGE = { most: 100, usual: 100, refuse: validation };

/** Newest first unless asked otherwise; metric alarms alone unless types are named. */
export function describeAlarmHistory(
  input: DescribeAlarmHistoryInput,
  history: AlarmHistory,
): DescribeAlarmHistoryOutput {
  const types: readonly string[] = input.AlarmTypes?.length ? input.AlarmTypes : ['MetricAlarm'];
  const found = history
    .items(input.AlarmName)
    .filter(
      ({ kind, type, at }) =>
        types.includes(kind) &&
        (input.HistoryItemType === undefined || type === input.HistoryItemType) &&
        at >= (input.StartDate?.getTime() ?? 0) &&
        at <= (input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY),
    );
  const { items, nextToken } = page(found, {
    key: ({ at, sequence }) => `${String(at).padStart(15, '0')}-${String(sequence).padStart(12, '0')}`,
    descending: input.ScanBy !== 'TimestampAscending',
    limit: pageSize(input.MaxRecords, PAGE),
    token: input.NextToken,
    badToken,
  });
  return {
    AlarmHistoryItems: items.map(({ alarm, kind, at, type, summary, data }) => ({
      AlarmName: alarm,
      AlarmType: kind,
      Timestamp: new Date(at),
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: data,
    })),
    NextToken: nextToken,
  };
}
