import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTopicsInput,
  ListTopicsResponse,
  SetTopicAttributesInput,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-sns';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import { page } from '../paging.ts';
import { AwsError } from '../service.ts';
import { tagList, withoutTags, withTags } from '../tags.ts';
import { invalid, notFound } from './errors.ts';
import type { Subscription, Topic } from './records.ts';
import { readPolicy, retryPolicyFor } from './retry-policy.ts';

const PER_PAGE = 100;

export function topicOperations(
  context: AwsContext,
  topics: Collection<Topic>,
  subscriptions: Collection<Subscription>,
) {
  const tagged = (arn = ''): Topic => {
    const topic = topics.get(arn);
    if (!topic) throw new AwsError('ResourceNotFoundException', 'Resource does not exist', 404);
    return topic;
  };
  return {
    /** The topic of that name, made if there is none; one with other attributes or tags is refused. */
    async CreateTopic({ Name: name = '', Attributes, Tags }: CreateTopicInput): Promise<CreateTopicResponse> {
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalid('Topic Name');
      for (const [key, value] of Object.entries(Attributes ?? {})) checkAttribute(key, value);
      const arn = `arn:aws:sns:${context.region}:${context.account}:${name}`;
      const tags = withTags({}, Tags, 'InvalidParameterException');
      const known = topics.get(arn);
      if (known === undefined) {
        await topics.put(arn, { arn, name, attributes: { ...Attributes }, tags, deleted: 0 });
        return { TopicArn: arn };
      }
      if (Object.entries(Attributes ?? {}).some(([key, value]) => known.attributes[key] !== value))
        throw invalid('Attributes Reason: Topic already exists with different attributes');
      if (Tags?.length && !sameRecord(known.tags, tags))
        throw invalid('Tags Reason: Topic already exists with different tags');
      return { TopicArn: arn };
    },

    /** A topic that is not there is deleted already. */
    async DeleteTopic({ TopicArn: arn = '' }: DeleteTopicInput): Promise<object> {
      checkArn(arn);
      for (const { arn: one, topicArn } of subscriptions.values())
        if (topicArn === arn) subscriptions.delete(one);
      await topics.remove(arn);
      return {};
    },

    ListTopics({ NextToken }: ListTopicsInput): ListTopicsResponse {
      const { items, nextToken } = page(topics.values(), {
        key: ({ arn }) => arn,
        limit: PER_PAGE,
        token: NextToken,
        badToken: () => invalid('NextToken'),
      });
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: nextToken };
    },

    GetTopicAttributes({ TopicArn }: GetTopicAttributesInput): GetTopicAttributesResponse {
      const topic = requireTopic(topics, TopicArn);
      const own = subscriptions.values().filter(({ topicArn }) => topicArn === topic.arn);
      const pending = own.filter(({ token }) => token !== undefined).length;
      return {
        Attributes: {
          DisplayName: '',
          Policy: ownerOnly(topic.arn, context.account),
          ...topic.attributes,
          TopicArn: topic.arn,
          Owner: context.account,
          SubscriptionsConfirmed: String(own.length - pending),
          SubscriptionsPending: String(pending),
          SubscriptionsDeleted: String(topic.deleted),
          EffectiveDeliveryPolicy: JSON.stringify({
            http: {
              defaultHealthyRetryPolicy: retryPolicyFor({ attributes: {} }, topic),
              disableSubscriptionOverrides: false,
            },
          }),
        },
      };
    },

    async SetTopicAttributes({
      TopicArn,
      AttributeName = '',
      AttributeValue = '',
    }: SetTopicAttributesInput): Promise<object> {
      const topic = requireTopic(topics, TopicArn);
      checkAttribute(AttributeName, AttributeValue);
      await topics.put(topic.arn, {
        ...topic,
        attributes: { ...topic.attributes, [AttributeName]: AttributeValue },
      });
      return {};
    },

    async TagResource({ ResourceArn, Tags }: TagResourceRequest): Promise<object> {
      const topic = tagged(ResourceArn);
      const tags = withTags(topic.tags, Tags, 'InvalidParameterException');
      await topics.put(topic.arn, { ...topic, tags });
      return {};
    },

    async UntagResource({ ResourceArn, TagKeys }: UntagResourceRequest): Promise<object> {
      const topic = tagged(ResourceArn);
      await topics.put(topic.arn, { ...topic, tags: withoutTags(topic.tags, TagKeys) });
      return {};
    },

    ListTagsForResource: ({ ResourceArn }: ListTagsForResourceRequest): ListTagsForResourceResponse => ({
      Tags: tagList(tagged(ResourceArn).tags),
    }),
  };
}

/** @throws AwsError InvalidParameter for what is no topic's ARN, NotFound for a topic that is not there */
export function requireTopic(topics: Collection<Topic>, arn = ''): Topic {
  checkArn(arn);
  const topic = topics.get(arn);
  if (!topic) throw notFound('Topic');
  return topic;
}

function checkArn(arn: string): void {
  const parts = arn.split(':');
  if (parts.length < 6)
    throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  if (parts[2] !== 'sns') throw invalid('TopicArn');
}

function checkAttribute(name: string, value: string): void {
  switch (name) {
    case 'DisplayName':
      if (value.length > 100) throw invalid('DisplayName: must have at most 100 characters');
      return;
    case 'DeliveryPolicy':
      readPolicy(value, ['http', 'defaultHealthyRetryPolicy']);
      return;
    case 'SignatureVersion':
      if (value !== '1' && value !== '2') throw invalid('SignatureVersion: must be 1 or 2');
      return;
    case 'Policy':
      try {
        JSON.parse(value);
        return;
      } catch {
        throw invalid('Policy: JSON is malformed');
      }
    default:
      throw invalid(`AttributeName Reason: ${name} is not supported here`);
  }
}

/** The policy that SNS gives to a topic without one. */
function ownerOnly(topicArn: string, account: string): string {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  });
}

function sameRecord(a: Record<string, string>, b: Record<string, string>): boolean {
  return (
    Object.keys(a).length === Object.keys(b).length &&
    Object.entries(a).every(([key, value]) => b[key] === value)
  );
}
