import type {
  DescribeAlarmHistoryInput,
  DescribeAlarmsForMetricInput,
  DescribeAlarmsInput,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import * as schemas from '@aws-sdk/client-cloudwatch';
import type { AlarmAction, AlarmBook, MetricSink } from '../../ports.ts';
import { createClock } from '../../runtime/clock.ts';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import type { AwsService } from '../service.ts';
import type { Alarm } from './alarms/alarm.ts';
import { alarmBook } from './alarms/alarm-book.ts';
import { createAlarmEngine } from './alarms/alarm-engine.ts';
import { alarmOperations } from './alarms/alarm-operations.ts';
import { describeAlarms, describeAlarmsForMetric } from './alarms/describe-alarms.ts';
import { describeAlarmHistory } from './alarms/describe-history.ts';
import { type HistoryItem, openHistory } from './alarms/history.ts';
import { type MuteRule, muteOperations } from './alarms/mute-rules.ts';
import { type Dashboard, dashboardOperations } from './dashboards.ts';
import { getMetricData } from './metrics/get-metric-data.ts';
import { getMetricStatistics } from './metrics/get-metric-statistics.ts';
import { listMetrics } from './metrics/list-metrics.ts';
import { metricSink } from './metrics/metric-sink.ts';
import { openMetricStore, type Series } from './metrics/metric-store.ts';
import { putMetricData } from './metrics/put-metric-data.ts';
import { tiersOf } from './metrics/series.ts';
import { taggingOperations } from './tagging.ts';

export interface CloudWatch {
  service: AwsService;
  metrics: MetricSink;
  /** For services that look at alarms, or keep some of their own. */
  alarms: AlarmBook;
  /** Ends the judging of alarms and hands every datapoint to the store. */
  close(): void;
}

/** Real milliseconds between two times that datapoints are compacted and handed to the disk. */
const KEEP_EVERY = 60_000;

/** @param actions carry out what alarms ask for; read at each change of state, so that more may be added later */
export function createCloudWatch(context: AwsContext, actions: readonly AlarmAction[]): CloudWatch {
  const { clock, timeScale = 1 } = context;
  const second = Math.max(1, Math.round(1000 / timeScale));
  const alarms = context.store.collection<Alarm>('cloudwatch-alarms');
  const mutes = context.store.collection<MuteRule>('cloudwatch-mute-rules');
  const dashboards = context.store.collection<Dashboard>('cloudwatch-dashboards');
  const history = openHistory(context.store.collection<HistoryItem[]>('cloudwatch-history'), clock);
  const store = openMetricStore(
    context.store.collection<Series>('cloudwatch-metrics'),
    tiersOf(second),
    clock,
  );
  const timer = createClock(timeScale);
  const engine = createAlarmEngine({ context, alarms, mutes, history, store, actions, timer, second });
  const changes = alarmOperations({ context, alarms, history, engine });
  const keeping = setInterval(() => store.keep(), KEEP_EVERY).unref();
  return {
    metrics: metricSink(context, store, engine.metricChanged),
    alarms: alarmBook(alarms, changes),
    close() {
      engine.stop();
      clearInterval(keeping);
      store.keep();
    },
    service: {
      id: 'monitoring',
      target: 'GraniteServiceVersion20100801',
      protocol: 'awsJson',
      queryVersion: '2010-08-01',
      xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      schemas,
      operations: {
        PutMetricData: (input: PutMetricDataInput) =>
          putMetricData(input, { store, clock, onPut: engine.metricChanged }),
        GetMetricData: (input: GetMetricDataInput) => getMetricData(input, store),
        GetMetricStatistics: (input: GetMetricStatisticsInput) => getMetricStatistics(input, store),
        ListMetrics: (input: ListMetricsInput) => listMetrics(input, store, clock()),
        ...changes,
        DescribeAlarms: (input: DescribeAlarmsInput) => describeAlarms(input, alarms),
        DescribeAlarmsForMetric: (input: DescribeAlarmsForMetricInput) =>
          describeAlarmsForMetric(input, alarms),
        DescribeAlarmHistory: (input: DescribeAlarmHistoryInput) => describeAlarmHistory(input, history),
        ...muteOperations(context, mutes),
        ...dashboardOperations(context, dashboards),
        ...taggingOperations([alarms, dashboards, mutes] as Collection<Alarm | Dashboard | MuteRule>[]),
      },
    },
  };
}
