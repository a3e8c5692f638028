import {
  CloudWatchClient,
  DeleteAlarmMuteRuleCommand,
  GetAlarmMuteRuleCommand,
  ListAlarmMuteRulesCommand,
  PutAlarmMuteRuleCommand,
} from '@aws-sdk/client-cloudwatch';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages, inBatches } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

/** A time in which alarms tell nobody; CloudWatch ends it by itself, and tells then of what is still wrong. */
export interface Mute {
  name: string;
  /** Names of the alarms. */
  alarms: string[];
  /** Of ours: who, when and why. */
  description: string;
  until: Date | undefined;
  /** SCHEDULED, ACTIVE, EXPIRED. */
  status: string;
}

export interface Mutes {
  /** Those in force, whoever made them. */
  active(): Promise<Mute[]>;
  get(name: string): Promise<Mute | undefined>;
  /** Makes it, or replaces the one of the same name. */
  put(mute: NewMute): Promise<void>;
  /** That it is gone is fine. */
  remove(name: string): Promise<void>;
}

export interface NewMute extends Pick<Mute, 'name' | 'alarms' | 'description'> {
  /** CloudWatch begins at full minutes. */
  from: Date;
  until: Date;
  fleet: string;
}

/** Endpoints that do not know the operation have no such rules. */
const UNKNOWN = ['UnknownOperationException', 'InvalidAction'];
const GONE = ['ResourceNotFoundException', 'ResourceNotFound'];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html */
export function mutes(access: AwsAccess): Mutes {
  const send = openClient(access, 'cloudwatch', CloudWatchClient);
  const get: Mutes['get'] = async (name) => {
    const rule = await unlessNamed(
      GONE,
      undefined,
      send(new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name })),
    );
    return (
      rule && {
        name,
        alarms: rule.MuteTargets?.AlarmNames ?? [],
        description: rule.Description ?? '',
        until: rule.ExpireDate,
        status: rule.Status ?? '',
      }
    );
  };
  return {
    async active() {
      const names = await unlessNamed(
        UNKNOWN,
        [],
        allPages(async (NextToken) => {
          const reply = await send(new ListAlarmMuteRulesCommand({ Statuses: ['ACTIVE'], NextToken }));
          const items = (reply.AlarmMuteRuleSummaries ?? []).map(
            ({ AlarmMuteRuleArn = '' }) => /:alarm-mute(?:-rule)?:(.+)$/.exec(AlarmMuteRuleArn)?.[1] ?? '',
          );
          return { items, next: reply.NextToken };
        }),
      );
      return await inBatches(names, 1, async ([name = '']) => {
        const mute = await get(name);
        return mute === undefined ? [] : [mute];
      });
    },
    get,

    async put({ name, alarms, description, from, until, fleet }) {
      const minutes = Math.ceil((until.getTime() - from.getTime()) / 60_000);
      await send(
        new PutAlarmMuteRuleCommand({
          Name: name,
          Description: description,
          // Longer than until then by less than a minute, where the exact end counts.
          Rule: {
            Schedule: { Expression: `at(${from.toISOString().slice(0, 16)})`, Duration: `PT${minutes}M` },
          },
          MuteTargets: { AlarmNames: alarms },
          ExpireDate: until,
          Tags: [{ Key: FLEET_TAG, Value: fleet }],
        }),
      );
    },

    async remove(name) {
      await unlessNamed(GONE, undefined, send(new DeleteAlarmMuteRuleCommand({ AlarmMuteRuleName: name })));
    },
  };
}
