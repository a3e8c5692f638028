import type {
  AlarmMuteRuleStatus,
  DeleteAlarmMuteRuleInput,
  GetAlarmMuteRuleInput,
  GetAlarmMuteRuleOutput,
  ListAlarmMuteRulesInput,
  ListAlarmMuteRulesOutput,
  PutAlarmMuteRuleInput,
} from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../../store.ts';
import type { AwsContext } from '../../context.ts';
import { page, pageSize } from '../../paging.ts';
import { AwsError } from '../../service.ts';
import { type Tags, withTags } from '../../tags.ts';
import { badListToken, validation } from '../errors.ts';

/** A time in which alarms carry out no actions. Times are milliseconds since the epoch. */
export interface MuteRule {
  name: string;
  arn: string;
  description?: string | undefined;
  alarms: string[];
  expression: string;
  duration: string;
  from: number;
  until: number;
  /** As it was given; the rule ends then at the latest. */
  expiresAt?: number | undefined;
  updatedAt: number;
  tags: Tags;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html */
const MOST_ALARMS = 100;
const MINUTE = 60_000;
const LONGEST = 15 * 24 * 60 * MINUTE;
const PAGE = { most: 100, usual: 50, refuse: validation };

/** Rules for one time, in UTC; those that come again and again are refused. */
export function muteOperations(context: AwsContext, rules: Collection<MuteRule>) {
  const require = (name = ''): MuteRule => {
    const rule = rules.get(name);
    if (rule === undefined)
      throw new AwsError('ResourceNotFoundException', `The alarm mute rule ${name} does not exist.`, 404);
    return rule;
  };
  return {
    async PutAlarmMuteRule(input: PutAlarmMuteRuleInput): Promise<object> {
      const { Name: name = '', Description: description, Tags, ExpireDate, StartDate } = input;
      if (name.length < 1 || name.length > 255) throw validation('Name must have 1 to 255 characters.');
      if ((description ?? '').length > 1024)
        throw validation('Description must have at most 1024 characters.');
      if (StartDate !== undefined) throw validation('The parameter StartDate is not supported here.');
      const alarms = [...(input.MuteTargets?.AlarmNames ?? [])];
      if (alarms.length > MOST_ALARMS)
        throw validation(`At most ${MOST_ALARMS} alarms can be muted by a rule.`);
      const {
        Expression: expression = '',
        Duration: duration = '',
        Timezone = 'UTC',
      } = input.Rule?.Schedule ?? {};
      if (Timezone !== 'UTC') throw validation('Time zones other than UTC are not supported here.');
      const from = readStart(expression);
      const until = from + readDuration(duration);
      const expiresAt = ExpireDate?.getTime();
      await rules.put(name, {
        ...{ name, description, alarms, expression, duration, from, until, expiresAt },
        arn: `arn:aws:cloudwatch:${context.region}:${context.account}:alarm-mute-rule:${name}`,
        updatedAt: context.clock(),
        tags: rules.get(name)?.tags ?? withTags({}, Tags, 'ValidationException'),
      });
      return {};
    },

    GetAlarmMuteRule({ AlarmMuteRuleName }: GetAlarmMuteRuleInput): GetAlarmMuteRuleOutput {
      const rule = require(AlarmMuteRuleName);
      return {
        Name: rule.name,
        Description: rule.description,
        Rule: { Schedule: { Expression: rule.expression, Duration: rule.duration, Timezone: 'UTC' } },
        MuteTargets: { AlarmNames: rule.alarms },
        ...summary(rule, context.clock()),
      };
    },

    ListAlarmMuteRules(input: ListAlarmMuteRulesInput): ListAlarmMuteRulesOutput {
      const now = context.clock();
      const found = rules
        .values()
        .filter(
          (rule) =>
            (input.AlarmName === undefined || rule.alarms.includes(input.AlarmName)) &&
            (!input.Statuses?.length || input.Statuses.includes(statusOf(rule, now))),
        );
      const { items, nextToken } = page(found, {
        key: ({ name }) => name,
        limit: pageSize(input.MaxRecords, PAGE),
        token: input.NextToken,
        badToken: badListToken,
      });
      return { AlarmMuteRuleSummaries: items.map((rule) => summary(rule, now)), NextToken: nextToken };
    },

    /** That there is none is no error. */
    async DeleteAlarmMuteRule({ AlarmMuteRuleName = '' }: DeleteAlarmMuteRuleInput): Promise<object> {
      await rules.remove(AlarmMuteRuleName);
      return {};
    },
  };
}

/** Whether a rule is in force for an alarm. */
export function isMuted(alarm: string, rules: Pick<Collection<MuteRule>, 'values'>, now: number): boolean {
  return rules.values().some((rule) => rule.alarms.includes(alarm) && statusOf(rule, now) === 'ACTIVE');
}

function statusOf({ from, until, expiresAt }: MuteRule, now: number): AlarmMuteRuleStatus {
  if (now >= Math.min(until, expiresAt ?? until)) return 'EXPIRED';
  return now < from ? 'SCHEDULED' : 'ACTIVE';
}

function summary(rule: MuteRule, now: number) {
  return {
    AlarmMuteRuleArn: rule.arn,
    ...(rule.expiresAt !== undefined && { ExpireDate: new Date(rule.expiresAt) }),
    Status: statusOf(rule, now),
    MuteType: 'ONE_TIME',
    LastUpdatedTimestamp: new Date(rule.updatedAt),
  };
}

function readStart(expression: string): number {
  const [, minute] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)$/.exec(expression) ?? [];
  const start = Date.parse(`${minute}:00Z`);
  if (Number.isNaN(start))
    throw validation(`The expression ${expression} is not supported here: at(yyyy-MM-ddThh:mm) is.`);
  return start;
}

function readDuration(duration: string): number {
  const [, days = 0, hours = 0, minutes = 0] =
    /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  const length = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * MINUTE;
  if (length < MINUTE || length > LONGEST)
    throw validation(`The duration ${duration} must be between PT1M and P15D.`);
  return length;
}
