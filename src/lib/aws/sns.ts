import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { FLEET_TAG } from '../fleet/names.ts';
import { allPages } from './batches.ts';
import { type AwsAccess, openClient } from './clients.ts';
import { unlessNamed } from './errors.ts';

/** Who is told of what a topic gets. */
export interface Subscriber {
  /** `http`, `https`, `email`, `file`. */
  protocol: string;
  endpoint: string;
  /** Whether it has agreed: until then it is told nothing. */
  confirmed: boolean;
}

export interface Sns {
  /** Undefined when there is no such topic. */
  subscribers(topicArn: string): Promise<Subscriber[] | undefined>;
  createTopic(name: string, fleet: string): Promise<void>;
  /** One that is pending is asked once more; a second time it is the same subscription. */
  subscribe(topicArn: string, subscriber: Pick<Subscriber, 'protocol' | 'endpoint'>): Promise<void>;
  /** @param token what the subscriber was sent */
  confirm(topicArn: string, token: string): Promise<void>;
  /** @returns false when there is no such topic */
  publish(topicArn: string, news: { subject: string; message: string }): Promise<boolean>;
}

const GONE = ['NotFoundException'];

export function sns(access: AwsAccess): Sns {
  const send = openClient(access, 'sns', SNSClient);
  return {
    subscribers: (TopicArn) =>
      unlessNamed(
        GONE,
        undefined,
        allPages(async (NextToken) => {
          const reply = await send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
          const items = (reply.Subscriptions ?? []).flatMap(
            ({ SubscriptionArn = '', Protocol: protocol = '', Endpoint: endpoint = '' }) =>
              // Those that have left are listed as `Deleted` for some days.
              SubscriptionArn === 'Deleted'
                ? []
                : [{ protocol, endpoint, confirmed: SubscriptionArn.startsWith('arn:') }],
          );
          return { items, next: reply.NextToken };
        }),
      ),

    async createTopic(Name, fleet) {
      await send(new CreateTopicCommand({ Name, Tags: [{ Key: FLEET_TAG, Value: fleet }] }));
    },

    async subscribe(TopicArn, { protocol, endpoint }) {
      await send(new SubscribeCommand({ TopicArn, Protocol: protocol, Endpoint: endpoint }));
    },

    async confirm(TopicArn, Token) {
      await send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    },

    async publish(TopicArn, { subject, message }) {
      // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: fewer than 100 characters of ASCII.
      const Subject = subject.replace(/[^\x20-\x7e]/g, '?').slice(0, 99);
      const command = new PublishCommand({ TopicArn, Subject, Message: message });
      return (await unlessNamed(GONE, undefined, send(command))) !== undefined;
    },
  };
}
