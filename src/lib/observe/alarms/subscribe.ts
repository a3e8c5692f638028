import { type Sns, type Subscriber, sns } from '../../aws/sns.ts';
import { checkAccount } from '../../aws/sts.ts';
import { GsysError } from '../../errors.ts';
import { topicArn } from '../../fleet/alarms.ts';
import { pause } from '../../pause.ts';
import { holdLock, type LockOptions } from '../../release/hold-lock.ts';

export interface SubscribeOptions extends LockOptions {
  subscriber: Pick<Subscriber, 'protocol' | 'endpoint'>;
  /** What the subscriber was sent, where it can do no more than show it. */
  token: string | undefined;
  /** A no is NOT_CONFIRMED. */
  confirm(): Promise<void>;
  dryRun: boolean;
  /** Milliseconds that a program behind a URL gets to confirm. */
  patience: number;
  now(): number;
}

export interface Subscribed {
  topic: string;
  protocol: string;
  endpoint: string;
  outcome: 'subscribed' | 'nothing-to-do' | 'dry-run';
  /** `pending`: a person, or a program, still has to follow the link that it was sent. */
  status: 'confirmed' | 'pending' | 'absent';
}

/** Milliseconds. */
const LOOK_EVERY = 500;

/**
 * Has an endpoint told of every alarm, and proves it by the topic's own list.
 * @throws GsysError when there is no topic yet
 */
export async function subscribe(options: SubscribeOptions): Promise<Subscribed> {
  const { fleet, access, subscriber, dryRun } = options;
  await checkAccount(access);
  const topic = topicArn(fleet.environment);
  const list = sns(access);
  const before = await statusOf(list, topic, subscriber);
  const answer = { topic, ...subscriber };
  if (before === 'confirmed') return { ...answer, outcome: 'nothing-to-do', status: before };
  if (dryRun) return { ...answer, outcome: 'dry-run', status: before };
  await options.confirm();
  const { letGo } = await holdLock(options);
  try {
    if (options.token !== undefined) await list.confirm(topic, options.token);
    else await list.subscribe(topic, subscriber);
  } finally {
    await letGo();
  }
  return { ...answer, outcome: 'subscribed', status: await proven(options, list, topic) };
}

/** A file is subscribed at once, a program may take a moment, a person is not waited for. */
async function proven({ access, subscriber, patience, now }: SubscribeOptions, list: Sns, topic: string) {
  const wait = subscriber.protocol.startsWith('email') ? 0 : patience;
  const deadline = now() + wait;
  for (;;) {
    const status = await statusOf(list, topic, subscriber);
    if (status === 'confirmed' || now() >= deadline) {
      if (status !== 'absent') return status;
      throw new GsysError(
        'AWS_CALL_FAILED',
        `${topic} does not list ${subscriber.endpoint}, which was subscribed`,
      );
    }
    await pause(LOOK_EVERY, access.signal);
  }
}

async function statusOf(
  list: Pick<Sns, 'subscribers'>,
  topic: string,
  { protocol, endpoint }: SubscribeOptions['subscriber'],
): Promise<Subscribed['status']> {
  const subscribers = await list.subscribers(topic);
  if (subscribers === undefined)
    throw new GsysError('AWS_CALL_FAILED', `there is no topic ${topic}`, { next: 'gsys alarms apply' });
  const own = subscribers.filter((one) => one.protocol === protocol && one.endpoint === endpoint);
  if (own.some(({ confirmed }) => confirmed)) return 'confirmed';
  return own.length > 0 ? 'pending' : 'absent';
}
