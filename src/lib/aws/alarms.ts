import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmActions, AlarmDefinition } from '../fleet/alarms.ts';
import { FLEET_TAG } from '../fleet/names.ts';
import type { PagingAlarm } from '../fleet/paging-alarms.ts';
import {
  type AlarmState,
  alarmState,
  type CompositeState,
  compositeState,
  type FoundAlarm,
} from './alarm-shapes.ts';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';

export interface FoundAlarms {
  metric: AlarmState[];
  composite: CompositeState[];
}

/** Something that happened to an alarm. */
export interface AlarmEvent {
  alarm: string;
  at: Date;
  /** StateUpdate, ConfigurationUpdate, Action. */
  type: string;
  summary: string;
  /** JSON, as CloudWatch has it. */
  data: string;
}

export interface AlarmEvents {
  /** Of all alarms of the account where none is named. */
  alarm?: string | undefined;
  since: Date;
}

export interface Alarms {
  /** Metric alarms by name; those that CloudWatch does not know are left out. */
  describe(names: string[]): Promise<AlarmState[]>;
  /** Composite alarms by name; those that CloudWatch does not know are left out. */
  composites(names: string[]): Promise<CompositeState[]>;
  /** Every alarm whose name begins so. */
  called(prefix: string): Promise<FoundAlarms>;
  /** Every alarm that tells a topic of anything. */
  telling(topicArn: string): Promise<FoundAlarms>;
  /**
   * Makes an alarm, or replaces every term of the one that is there, and tags it as the fleet's.
   * @param known the one that is there: tags of a put are taken for new alarms only
   */
  put(alarm: AlarmDefinition, fleet: string, known: FoundAlarm | undefined): Promise<void>;
  /** As `put`. What its rule names must be there. */
  putComposite(alarm: PagingAlarm, fleet: string, known: FoundAlarm | undefined): Promise<void>;
  /** The fleet that its tag names; undefined where it has none, or is gone. */
  fleetOf(arn: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
  /** Until it is judged again. */
  setState(name: string, state: string, reason: string): Promise<void>;
  /** Newest first. */
  events(query: AlarmEvents): Promise<AlarmEvent[]>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
const NAMES_PER_CALL = 100;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
const EVENTS_PER_CALL = 100;
const BOTH = ['MetricAlarm', 'CompositeAlarm'] as const;

export function alarms(access: AwsAccess): Alarms {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);

  const found = async (input: DescribeAlarmsCommandInput): Promise<FoundAlarms> => {
    const pages = await allPages(async (NextToken) => {
      const command = new DescribeAlarmsCommand({ ...input, MaxRecords: NAMES_PER_CALL, NextToken });
      const { MetricAlarms, CompositeAlarms, NextToken: next } = await send(command);
      const page = {
        metric: (MetricAlarms ?? []).map(alarmState),
        composite: (CompositeAlarms ?? []).map(compositeState),
      };
      return { items: [page], next };
    });
    return {
      metric: pages.flatMap(({ metric }) => metric),
      composite: pages.flatMap(({ composite }) => composite),
    };
  };

  const tagged = async (
    fleet: string,
    known: FoundAlarm | undefined,
    put: (tags?: Tag[]) => Promise<unknown>,
  ) => {
    const Tags = [{ Key: FLEET_TAG, Value: fleet }];
    await put(known === undefined ? Tags : undefined);
    if (known !== undefined) await send(new TagResourceCommand({ ResourceARN: known.arn, Tags }));
  };

  return {
    // No names would mean every alarm of the account: without batches there is no call.
    describe: (names) =>
      inBatches(names, NAMES_PER_CALL, async (AlarmNames) => {
        const { metric } = await found({ AlarmNames, AlarmTypes: ['MetricAlarm'] });
        return metric;
      }),

    composites: (names) =>
      inBatches(names, NAMES_PER_CALL, async (AlarmNames) => {
        const { composite } = await found({ AlarmNames, AlarmTypes: ['CompositeAlarm'] });
        return composite;
      }),

    called: (AlarmNamePrefix) => found({ AlarmNamePrefix, AlarmTypes: [...BOTH] }),
    telling: (ActionPrefix) => found({ ActionPrefix, AlarmTypes: [...BOTH] }),

    put: (alarm, fleet, known) =>
      tagged(fleet, known, (Tags) =>
        send(new PutMetricAlarmCommand({ ...metricRequest(alarm), ...(Tags && { Tags }) })),
      ),

    putComposite: (alarm, fleet, known) =>
      tagged(fleet, known, (Tags) =>
        send(
          new PutCompositeAlarmCommand({
            ...commonRequest(alarm),
            AlarmRule: alarm.rule,
            ...(Tags && { Tags }),
          }),
        ),
      ),

    async fleetOf(ResourceARN) {
      const { Tags } = await send(new ListTagsForResourceCommand({ ResourceARN }));
      return Tags?.find(({ Key }) => Key === FLEET_TAG)?.Value;
    },

    async remove(name) {
      await send(new DeleteAlarmsCommand({ AlarmNames: [name] }));
    },

    async setState(AlarmName, state, StateReason) {
      const StateValue = state as 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
      await send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
    },

    events: ({ alarm, since }) =>
      allPages(async (NextToken) => {
        const reply = await send(
          new DescribeAlarmHistoryCommand({
            ...(alarm !== undefined && { AlarmName: alarm }),
            AlarmTypes: [...BOTH],
            StartDate: since,
            ScanBy: 'TimestampDescending',
            MaxRecords: EVENTS_PER_CALL,
            NextToken,
          }),
        );
        const items = (reply.AlarmHistoryItems ?? []).map((item) => ({
          alarm: item.AlarmName ?? '',
          at: item.Timestamp ?? new Date(0),
          type: item.HistoryItemType ?? '',
          summary: item.HistorySummary ?? '',
          data: item.HistoryData ?? '',
        }));
        return { items, next: reply.NextToken };
      }),
  };
}

interface Tag {
  Key: string;
  Value: string;
}

function commonRequest({
  name,
  description,
  actions,
}: {
  name: string;
  description: string;
  actions: AlarmActions;
}) {
  return {
    AlarmName: name,
    AlarmDescription: description,
    ActionsEnabled: true,
    OKActions: actions.ok,
    AlarmActions: actions.alarm,
    InsufficientDataActions: actions.insufficientData,
  };
}

function metricRequest(alarm: AlarmDefinition) {
  const { metric } = alarm;
  return {
    ...commonRequest(alarm),
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: alarm.statistic,
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
  };
}
