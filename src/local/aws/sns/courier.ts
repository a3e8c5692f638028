import type { MetricSink } from '../../ports.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Collection } from '../../store.ts';
import { type Delivery, DeliveryFailure, deliverByHttp, deliverToFile } from './deliver.ts';
import { bodyFor, confirmation, type EnvelopeParts, notification } from './envelope.ts';
import type { Message, Subscription, Topic } from './records.ts';
import { retryDelays, retryPolicyFor } from './retry-policy.ts';

/** Brings messages to subscribers, again and again where it must; nobody waits for it. */
export interface Courier {
  publish(message: Message): void;
  confirm(subscription: Subscription): void;
  /** Forgets what still waits for another attempt. */
  close(): void;
}

export interface CourierParts extends EnvelopeParts {
  topics: Collection<Topic>;
  subscriptions: Collection<Subscription>;
  metrics: MetricSink;
  timer: Clock;
  onError(error: unknown): void;
}

export function createCourier(parts: CourierParts): Courier {
  const { topics, subscriptions, metrics, timer, onError } = parts;
  const waiting = new Set<() => void>();
  let closed = false;

  async function attempts(subscription: Subscription, delivery: Delivery): Promise<void> {
    const { protocol, endpoint } = subscription;
    const deliver = protocol === 'file' ? deliverToFile : deliverByHttp;
    const delays = retryDelays(retryPolicyFor(subscription, topics.get(subscription.topicArn)));
    for (const delay of [...delays, undefined]) {
      try {
        return await deliver(endpoint, delivery);
      } catch (error) {
        if (delay === undefined || (error as DeliveryFailure).permanent) throw error;
        await pause(delay);
        if (closed) throw new DeliveryFailure('the platform went down before the next attempt', true);
      }
    }
  }

  async function pause(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        waiting.delete(end);
        cancel();
        resolve();
      };
      const cancel = timer.after(seconds * 1000, end);
      waiting.add(end);
    });
  }

  async function notify(message: Message, subscription: Subscription): Promise<void> {
    const topic = topics.get(message.topicArn);
    const raw = subscription.attributes.RawMessageDelivery === 'true';
    const body = raw
      ? bodyFor(message, subscription)
      : await notification(parts, message, subscription, topic);
    const delivery: Delivery = {
      kind: 'Notification',
      messageId: message.id,
      topicArn: message.topicArn,
      subscriptionArn: subscription.arn,
      raw,
      body,
    };
    const outcome = await attempts(subscription, delivery).then(
      () => 'NumberOfNotificationsDelivered',
      () => 'NumberOfNotificationsFailed',
    );
    count(outcome, message.topicArn);
  }

  /** As SNS tells CloudWatch: one datum for each message. */
  function count(metric: string, topicArn: string): void {
    const dimensions = { TopicName: topicArn.split(':').at(-1) ?? '' };
    metrics.put([{ namespace: 'AWS/SNS', metric, dimensions, value: 1, unit: 'Count' }]);
  }

  return {
    publish(message) {
      count('NumberOfMessagesPublished', message.topicArn);
      for (const subscription of subscriptions.values()) {
        const { topicArn, token, protocol } = subscription;
        if (topicArn !== message.topicArn || token !== undefined || protocol.startsWith('email')) continue;
        notify(message, subscription).catch(onError);
      }
    },
    confirm(subscription) {
      const send = async () => {
        const { id, document } = await confirmation(parts, subscription, topics.get(subscription.topicArn));
        await attempts(subscription, {
          kind: 'SubscriptionConfirmation',
          messageId: id,
          topicArn: subscription.topicArn,
          subscriptionArn: undefined,
          raw: false,
          body: document,
        });
      };
      // One that cannot be reached stays pending, which is all that SNS says of it too.
      send().catch((error) => {
        if (!(error instanceof DeliveryFailure)) onError(error);
      });
    },
    close() {
      closed = true;
      for (const end of [...waiting]) end();
    },
  };
}
