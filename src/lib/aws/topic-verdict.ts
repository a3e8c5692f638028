import path from 'node:path';
import { awsCommand } from '../fleet/aws-command.ts';
import type { Environment } from '../fleet/fleet.ts';
import type { AlarmVerdict } from './alarm-verdict.ts';
import type { Metrics } from './metrics.ts';
import type { Sns, Subscriber } from './sns.ts';

/** What is known of the topic that alarms tell. */
export interface TopicState {
  arn: string;
  /** Undefined when there is no such topic. */
  subscribers: Subscriber[] | undefined;
  /** When SNS last delivered a notification, and when it last gave one up, within the hour. */
  delivered: Date | undefined;
  failed: Date | undefined;
}

/** Milliseconds. */
const LOOK_BACK = 60 * 60_000;
/** Seconds; SNS counts in minutes at the finest. */
const PERIOD = 60;

/** Two requests. */
export async function topicState(
  arn: string,
  { sns, metrics }: { sns: Pick<Sns, 'subscribers'>; metrics: Pick<Metrics, 'read'> },
  now: Date,
): Promise<TopicState> {
  const count = (name: string) => ({
    namespace: 'AWS/SNS',
    name,
    dimensions: { TopicName: arn.split(':').at(-1) ?? '' },
    statistic: 'Sum' as const,
    period: PERIOD,
  });
  const outcomes = [count('NumberOfNotificationsDelivered'), count('NumberOfNotificationsFailed')];
  const from = new Date(now.getTime() - LOOK_BACK);
  const [subscribers, [delivered = [], failed = []]] = await Promise.all([
    sns.subscribers(arn),
    metrics.read(outcomes, from, now),
  ]);
  const last = (points: typeof failed) => points.find(({ value }) => value > 0)?.at;
  return { arn, subscribers, delivered: last(delivered), failed: last(failed) };
}

export interface TopicVerdict extends AlarmVerdict {
  /** Commands to type. */
  remedy: string[];
}

/** Whether anybody hears of an alarm. Pure. */
export function judgeTopic(topic: TopicState, environment: Environment): TopicVerdict {
  const { arn, subscribers, delivered, failed } = topic;
  if (subscribers === undefined)
    return {
      status: 'fail',
      message: `there is no topic ${arn}`,
      remedy: ['gsys alarms apply', subscribeCommand(environment)],
    };
  const confirmed = subscribers.filter((one) => one.confirmed);
  const pending = subscribers.filter((one) => !one.confirmed);
  if (confirmed.length === 0) {
    const why =
      pending.length === 0
        ? 'nobody has subscribed'
        : `nobody has confirmed: ${endpoints(pending)} still has to follow the link that was sent`;
    return { status: 'fail', message: why, remedy: [subscribeCommand(environment)] };
  }
  // Deliveries are counted for all subscribers together: which of them failed, nobody says.
  const remedy = [awsCommand(environment, `sns publish --topic-arn ${arn} --message test`)];
  if (failed !== undefined && (delivered === undefined || failed > delivered))
    return {
      status: 'fail',
      message: `the last notification was given up at ${clock(failed)}: ${endpoints(confirmed)} did not take it`,
      remedy,
    };
  if (failed !== undefined && failed.getTime() === delivered?.getTime())
    return {
      status: 'warn',
      message: `at ${clock(failed)} some notifications were given up and some delivered, among ${endpoints(confirmed)}`,
      remedy,
    };
  const waiting = pending.length === 0 ? '' : `; ${endpoints(pending)} has not confirmed`;
  return { status: 'pass', message: `${endpoints(confirmed)} is told${waiting}`, remedy: [] };
}

/** Whom to tell is a person's choice; on this machine a file does. */
function subscribeCommand({ platform, stateDir, inVpc }: Environment): string {
  const onThisMachine = platform === 'embedded' && !inVpc;
  return `gsys alarms subscribe ${onThisMachine ? `file:${path.join(stateDir, 'alarms.jsonl')}` : 'ENDPOINT'}`;
}

function endpoints(subscribers: Subscriber[]): string {
  return subscribers
    .map(({ protocol, endpoint }) => (protocol === 'file' ? `file:${endpoint}` : endpoint))
    .join(', ');
}

/** `12:34 UTC` */
function clock(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}
