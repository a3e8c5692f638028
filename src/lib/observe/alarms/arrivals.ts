import { readFile } from 'node:fs/promises';
import type { AwsAccess } from '../../aws/clients.ts';
import { metrics } from '../../aws/metrics.ts';
import type { Subscriber } from '../../aws/sns.ts';

/** Whether a subscriber got a notification, and by what that is known. */
export interface Arrival extends Pick<Subscriber, 'protocol' | 'endpoint'> {
  arrived: 'yes' | 'no' | 'unknown';
  how: string;
}

/** Listens from the moment it was made. */
export interface Heard {
  /** @param late whether nothing more is waited for */
  look(late: boolean): Promise<Arrival[]>;
}

interface Listening {
  /** Name of the alarm. */
  paging: string;
  topic: string;
  subscribers: Subscriber[];
}

/** A file is read; of everybody else SNS's counts tell, which are of all subscribers together. */
export async function arrivals({ paging, topic, subscribers }: Listening, access: AwsAccess): Promise<Heard> {
  const files = await Promise.all(
    subscribers.filter(isFile).map(async (one) => ({ ...one, from: (await textOf(one.endpoint)).length })),
  );
  const others = subscribers.filter((one) => !isFile(one));
  const counter = deliveries(topic, access);
  const before = others.length === 0 ? undefined : await counter();
  return {
    async look(late) {
      const seen = await Promise.all(
        files.map(async ({ protocol, endpoint, from }): Promise<Arrival> => {
          const came = tellsOf((await textOf(endpoint)).slice(from), paging);
          if (came) return { protocol, endpoint, arrived: 'yes', how: 'it is in the file' };
          return { protocol, endpoint, arrived: late ? 'no' : 'unknown', how: 'it is not in the file' };
        }),
      );
      if (before === undefined) return seen;
      const now = await counter();
      const counted = judgeCounts(
        { delivered: now.delivered - before.delivered, failed: now.failed - before.failed },
        subscribers.length,
      );
      return [...seen, ...others.map(({ protocol, endpoint }) => ({ protocol, endpoint, ...counted }))];
    },
  };
}

interface Counts {
  delivered: number;
  failed: number;
}

/** What counts of all subscribers say of each of those that cannot be looked at. Pure. @param of subscribers in all */
export function judgeCounts({ delivered, failed }: Counts, of: number): Pick<Arrival, 'arrived' | 'how'> {
  if (failed > 0 && delivered === 0) return { arrived: 'no', how: 'SNS has given it up' };
  if (failed > 0) return { arrived: 'unknown', how: 'SNS has given up some of them, and does not say whose' };
  if (delivered >= of) return { arrived: 'yes', how: 'SNS has delivered it; who read it, nobody knows' };
  return { arrived: 'unknown', how: 'SNS has not counted it yet, which takes it minutes' };
}

/** Milliseconds: longer than a test may take, and within what SNS counts by the minute. */
const WINDOW = 30 * 60_000;

function deliveries(topic: string, access: AwsAccess): () => Promise<Counts> {
  const start = new Date(Date.now() - WINDOW);
  const dimensions = { TopicName: topic.split(':').at(-1) ?? '' };
  const count = (name: string) => ({
    ...{ namespace: 'AWS/SNS', name, dimensions, statistic: 'Sum' as const, period: 60 },
  });
  return async () => {
    const [delivered = [], failed = []] = await metrics(access).read(
      [count('NumberOfNotificationsDelivered'), count('NumberOfNotificationsFailed')],
      start,
      new Date(Date.now() + 60_000),
    );
    const sum = (points: { value: number }[]) => points.reduce((all, { value }) => all + value, 0);
    return { delivered: sum(delivered), failed: sum(failed) };
  };
}

function isFile({ protocol }: Subscriber): boolean {
  return protocol === 'file';
}

/** One that is not there yet is empty. */
async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}

/** Whether a notification among these lines says that the alarm fires. */
function tellsOf(lines: string, alarm: string): boolean {
  return lines.split('\n').some((line) => {
    try {
      const { Message } = JSON.parse(line) as { Message: string };
      const { AlarmName, NewStateValue } = JSON.parse(Message) as Record<string, unknown>;
      return AlarmName === alarm && NewStateValue === 'ALARM';
    } catch {
      return false;
    }
  });
}
