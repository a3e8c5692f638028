import { SNS } from '@aws-sdk/client-sns';
import { expect } from 'vitest';
import { type Story, times } from './row.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:table';
const NOWHERE = 'arn:aws:sns:us-east-1:000000000000:nowhere';

export const sns: Story = {
  service: 'sns',
  /** More topics than a page of ListTopics holds. */
  async prepare(config) {
    const client = new SNS(config);
    for (const Name of times(101, (i) => `many-${i}`)) await client.createTopic({ Name });
    client.destroy();
  },
  rows: [
    {
      call: 'CreateTopic',
      kind: 'shape',
      what: 'with attributes and tags',
      input: {
        Name: 'table',
        Attributes: { DisplayName: 'the table' },
        Tags: [{ Key: 'owner', Value: 'tests' }],
      },
      holds: { TopicArn: TOPIC },
    },
    {
      call: 'CreateTopic',
      kind: 'shape',
      what: 'that exists: the same topic',
      input: { Name: 'table' },
      holds: { TopicArn: TOPIC },
    },
    {
      call: 'CreateTopic',
      kind: 'error',
      what: 'a name that is none',
      input: { Name: 'not a name' },
      error: 'InvalidParameter',
    },
    { call: 'CreateTopic', kind: 'error', what: 'without a name', error: 'InvalidParameter' },
    {
      call: 'GetTopicAttributes',
      kind: 'shape',
      what: 'a map',
      input: { TopicArn: TOPIC },
      holds: { Attributes: { TopicArn: TOPIC, DisplayName: 'the table', SubscriptionsConfirmed: '0' } },
    },
    {
      call: 'GetTopicAttributes',
      kind: 'error',
      what: 'of a topic that does not exist',
      input: { TopicArn: NOWHERE },
      error: 'NotFound',
    },
    {
      call: 'GetTopicAttributes',
      kind: 'error',
      what: 'of what is no ARN',
      input: { TopicArn: 'table' },
      error: 'InvalidParameter',
    },
    {
      call: 'SetTopicAttributes',
      kind: 'shape',
      what: 'answers nothing',
      input: { TopicArn: TOPIC, AttributeName: 'DisplayName', AttributeValue: 'renamed' },
    },
    {
      call: 'Subscribe',
      kind: 'shape',
      what: 'e-mail stays pending',
      input: { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'somebody@example.com' },
      holds: { SubscriptionArn: 'pending confirmation' },
    },
    {
      call: 'Subscribe',
      kind: 'shape',
      what: 'with its ARN at once',
      input: {
        TopicArn: TOPIC,
        Protocol: 'email',
        Endpoint: 'else@example.com',
        ReturnSubscriptionArn: true,
      },
      holds: { SubscriptionArn: expect.stringContaining(`${TOPIC}:`) },
      keep: ({ SubscriptionArn }) => ({ subscription: SubscriptionArn }),
    },
    {
      call: 'Subscribe',
      kind: 'error',
      what: 'to a topic that does not exist',
      input: { TopicArn: NOWHERE, Protocol: 'email', Endpoint: 'somebody@example.com' },
      error: 'NotFound',
    },
    {
      call: 'ListSubscriptionsByTopic',
      kind: 'shape',
      what: 'what nobody confirmed has no ARN yet',
      input: { TopicArn: TOPIC },
      holds: {
        Subscriptions: [{ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', TopicArn: TOPIC }, {}],
      },
    },
    {
      call: 'ListSubscriptions',
      kind: 'page',
      what: 'a hundred a page, which nobody can change',
      pages: { requests: 1, of: 'Subscriptions', items: 2 },
    },
    {
      call: 'GetSubscriptionAttributes',
      kind: 'shape',
      what: 'a map',
      input: ({ subscription }) => ({ SubscriptionArn: subscription }),
      holds: { Attributes: { PendingConfirmation: 'true', Protocol: 'email' } },
    },
    {
      call: 'SetSubscriptionAttributes',
      kind: 'shape',
      what: 'answers nothing',
      input: ({ subscription }) => ({
        SubscriptionArn: subscription,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    },
    {
      call: 'ConfirmSubscription',
      kind: 'error',
      what: 'with a token that was never given out',
      input: { TopicArn: TOPIC, Token: 'bogus' },
      error: 'InvalidParameter',
    },
    {
      call: 'Unsubscribe',
      kind: 'shape',
      what: 'answers nothing',
      input: ({ subscription }) => ({ SubscriptionArn: subscription }),
    },
    {
      call: 'Publish',
      kind: 'shape',
      what: 'with subject and attributes',
      input: {
        TopicArn: TOPIC,
        Subject: 'a subject',
        Message: '<&> "quoted"\nsecond line',
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'high' } },
      },
      holds: { MessageId: expect.any(String) },
    },
    {
      call: 'Publish',
      kind: 'limit',
      what: 'a subject of 101 characters is one too long',
      input: { TopicArn: TOPIC, Message: 'm', Subject: 'x'.repeat(101) },
      error: 'InvalidParameter',
    },
    {
      call: 'Publish',
      kind: 'error',
      what: 'to a topic that does not exist',
      input: { TopicArn: NOWHERE, Message: 'm' },
      error: 'NotFound',
    },
    {
      call: 'PublishBatch',
      kind: 'shape',
      what: 'two at once',
      input: {
        TopicArn: TOPIC,
        PublishBatchRequestEntries: times(2, (i) => ({ Id: `e${i}`, Message: 'm' })),
      },
      holds: { Successful: [{ Id: 'e1', MessageId: expect.any(String) }, { Id: 'e2' }] },
    },
    {
      call: 'PublishBatch',
      kind: 'limit',
      what: 'eleven are one too many',
      input: {
        TopicArn: TOPIC,
        PublishBatchRequestEntries: times(11, (i) => ({ Id: `e${i}`, Message: 'm' })),
      },
      error: 'TooManyEntriesInBatchRequest',
    },
    {
      call: 'PublishBatch',
      kind: 'error',
      what: 'of nothing',
      input: { TopicArn: TOPIC, PublishBatchRequestEntries: [] },
      error: 'EmptyBatchRequest',
    },
    {
      call: 'ListTopics',
      kind: 'page',
      what: 'a hundred a page, which nobody can change',
      pages: { requests: 2, of: 'Topics', items: 102 },
    },
    {
      call: 'ListTopics',
      kind: 'error',
      what: 'a token that was never given out',
      input: { NextToken: 'bogus' },
      error: 'InvalidParameter',
    },
    {
      call: 'TagResource',
      kind: 'shape',
      what: 'answers an empty result',
      input: { ResourceArn: TOPIC, Tags: [{ Key: 'stage', Value: 'test' }] },
    },
    {
      call: 'UntagResource',
      kind: 'shape',
      what: 'answers an empty result',
      input: { ResourceArn: TOPIC, TagKeys: ['owner'] },
    },
    {
      call: 'ListTagsForResource',
      kind: 'shape',
      what: 'what is left',
      input: { ResourceArn: TOPIC },
      holds: { Tags: [{ Key: 'stage', Value: 'test' }] },
    },
    {
      call: 'ListTagsForResource',
      kind: 'error',
      what: 'of a topic that does not exist',
      input: { ResourceArn: NOWHERE },
      error: 'ResourceNotFound',
    },
    { call: 'DeleteTopic', kind: 'shape', what: 'answers nothing', input: { TopicArn: TOPIC } },
    {
      call: 'ListTopics',
      kind: 'error',
      what: 'without a signature',
      unsigned: true,
      error: 'MissingAuthenticationToken',
    },
    {
      call: 'ListOriginationNumbers',
      kind: 'error',
      what: 'an operation that the platform lacks',
      error: 'InvalidAction',
    },
  ],
};
