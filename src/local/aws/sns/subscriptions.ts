import { randomBytes } from 'node:crypto';
import type {
  ConfirmSubscriptionInput,
  ConfirmSubscriptionResponse,
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  SetSubscriptionAttributesInput,
  SubscribeInput,
  SubscribeResponse,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page } from '../paging.ts';
import type { Courier } from './courier.ts';
import { checkEndpoint } from './endpoints.ts';
import { invalid, notFound } from './errors.ts';
import type { Subscription, Topic } from './records.ts';
import { readPolicy, retryPolicyFor } from './retry-policy.ts';
import { requireTopic } from './topics.ts';

const PER_PAGE = 100;
/** What stands for the ARN of one that nobody has confirmed: in lists, and in the answer to Subscribe. */
const PENDING_LISTED = 'PendingConfirmation';
const PENDING_ANSWERED = 'pending confirmation';

export function subscriptionOperations(
  context: AwsContext,
  topics: Collection<Topic>,
  subscriptions: Collection<Subscription>,
  courier: Courier,
) {
  const require = (arn = ''): Subscription => {
    if (arn.split(':').length < 7)
      throw invalid('SubscriptionArn Reason: An ARN must have at least 6 elements');
    const subscription = subscriptions.get(arn);
    if (!subscription) throw notFound('Subscription');
    return subscription;
  };
  const list = (all: Subscription[], token: string | undefined): ListSubscriptionsResponse => {
    const { items, nextToken } = page(all, {
      key: ({ arn }) => arn,
      limit: PER_PAGE,
      token,
      badToken: () => invalid('NextToken'),
    });
    return {
      Subscriptions: items.map((one) => ({
        SubscriptionArn: one.token === undefined ? one.arn : PENDING_LISTED,
        Owner: context.account,
        Protocol: one.protocol,
        Endpoint: one.endpoint,
        TopicArn: one.topicArn,
      })),
      NextToken: nextToken,
    };
  };
  return {
    /** A second time it is the same subscription; one that is pending is asked again. */
    async Subscribe(input: SubscribeInput): Promise<SubscribeResponse> {
      const topic = requireTopic(topics, input.TopicArn);
      const { Endpoint: endpoint = '' } = input;
      const protocol = checkEndpoint(input.Protocol ?? '', endpoint);
      for (const [name, value] of Object.entries(input.Attributes ?? {})) checkAttribute(name, value);
      const known = subscriptions
        .values()
        .find((one) => one.topicArn === topic.arn && one.protocol === protocol && one.endpoint === endpoint);
      const subscription: Subscription = known ?? {
        arn: `${topic.arn}:${context.randomId()}`,
        topicArn: topic.arn,
        protocol,
        endpoint,
        // Whoever may write into the folder has said yes by naming it.
        token: protocol === 'file' ? undefined : randomBytes(64).toString('hex'),
        attributes: { ...input.Attributes },
      };
      if (!known) await subscriptions.put(subscription.arn, subscription);
      const pending = subscription.token !== undefined;
      if (pending && protocol === 'http') courier.confirm(subscription);
      return {
        SubscriptionArn: pending && !input.ReturnSubscriptionArn ? PENDING_ANSWERED : subscription.arn,
      };
    },

    async ConfirmSubscription({
      TopicArn,
      Token = '',
    }: ConfirmSubscriptionInput): Promise<ConfirmSubscriptionResponse> {
      const topic = requireTopic(topics, TopicArn);
      const subscription = subscriptions
        .values()
        .find(({ topicArn, token }) => topicArn === topic.arn && token === Token);
      if (!subscription) throw invalid('Token');
      await subscriptions.put(subscription.arn, { ...subscription, token: undefined });
      return { SubscriptionArn: subscription.arn };
    },

    /** One that is not there is gone already. */
    async Unsubscribe({ SubscriptionArn: arn = '' }: UnsubscribeInput): Promise<object> {
      if (arn.split(':').length < 7)
        throw invalid('SubscriptionArn Reason: An ARN must have at least 6 elements');
      const subscription = subscriptions.get(arn);
      if (!subscription) return {};
      const topic = topics.get(subscription.topicArn);
      await subscriptions.remove(arn);
      if (topic) topics.set(topic.arn, { ...topic, deleted: topic.deleted + 1 });
      return {};
    },

    ListSubscriptions: ({ NextToken }: ListSubscriptionsInput) => list(subscriptions.values(), NextToken),

    ListSubscriptionsByTopic({
      TopicArn,
      NextToken,
    }: ListSubscriptionsByTopicInput): ListSubscriptionsResponse {
      const { arn } = requireTopic(topics, TopicArn);
      return list(
        subscriptions.values().filter(({ topicArn }) => topicArn === arn),
        NextToken,
      );
    },

    GetSubscriptionAttributes({
      SubscriptionArn,
    }: GetSubscriptionAttributesInput): GetSubscriptionAttributesResponse {
      const subscription = require(SubscriptionArn);
      const { arn, topicArn, protocol, endpoint, token, attributes } = subscription;
      return {
        Attributes: {
          RawMessageDelivery: 'false',
          ...attributes,
          SubscriptionArn: arn,
          TopicArn: topicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: context.account,
          PendingConfirmation: String(token !== undefined),
          ConfirmationWasAuthenticated: String(protocol === 'file'),
          EffectiveDeliveryPolicy: JSON.stringify({
            healthyRetryPolicy: retryPolicyFor(subscription, topics.get(topicArn)),
          }),
        },
      };
    },

    async SetSubscriptionAttributes({
      SubscriptionArn,
      AttributeName = '',
      AttributeValue = '',
    }: SetSubscriptionAttributesInput): Promise<object> {
      const subscription = require(SubscriptionArn);
      checkAttribute(AttributeName, AttributeValue);
      const attributes = { ...subscription.attributes, [AttributeName]: AttributeValue };
      await subscriptions.put(subscription.arn, { ...subscription, attributes });
      return {};
    },
  };
}

function checkAttribute(name: string, value: string): void {
  if (name === 'RawMessageDelivery') {
    if (value !== 'true' && value !== 'false') throw invalid('RawMessageDelivery: must be true or false');
  } else if (name === 'DeliveryPolicy') readPolicy(value, ['healthyRetryPolicy']);
  // A filter that is taken and not applied would bring messages to whoever did not want them.
  else throw invalid(`AttributeName Reason: ${name} is not supported here`);
}
