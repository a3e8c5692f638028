import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Tags } from '../tags.ts';

/** A topic as it is kept, under its ARN. */
export interface Topic {
  arn: string;
  name: string;
  /** Those that were set: DisplayName, Policy, DeliveryPolicy, SignatureVersion. */
  attributes: Record<string, string>;
  tags: Tags;
  /** How many subscriptions were taken away. */
  deleted: number;
}

/** A subscription as it is kept, under its ARN. */
export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: Protocol;
  endpoint: string;
  /** Undefined once it is confirmed. */
  token: string | undefined;
  /** Those that were set: RawMessageDelivery, DeliveryPolicy. */
  attributes: Record<string, string>;
}

/** `file` is the platform's own: a line of JSON for each message. */
export type Protocol = 'http' | 'email' | 'email-json' | 'file';

/** What is delivered. */
export interface Message {
  id: string;
  topicArn: string;
  subject: string | undefined;
  /** By protocol, where the publisher told them apart; `default` for all others. */
  bodies: Record<string, string>;
  attributes: Record<string, MessageAttributeValue>;
  /** Milliseconds since the epoch. */
  at: number;
}
