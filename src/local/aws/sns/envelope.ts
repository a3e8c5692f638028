import type { AwsContext } from '../context.ts';
import type { Message, Subscription, Topic } from './records.ts';
import type { Signer } from './signature.ts';

/** Where readers of messages find the certificate, and where links in messages lead: paths of the endpoint. */
export const CERTIFICATE_PATH = '/SimpleNotificationService.pem';
export const CONFIRM_PATH = '/?Action=ConfirmSubscription';
export const UNSUBSCRIBE_PATH = '/?Action=Unsubscribe';

export interface EnvelopeParts {
  context: Pick<AwsContext, 'host' | 'randomId' | 'clock'>;
  signer: Signer;
}

/** The JSON document of a Notification: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
export async function notification(
  { context, signer }: EnvelopeParts,
  message: Message,
  subscription: Subscription,
  topic: Topic | undefined,
): Promise<string> {
  const signed = {
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: message.topicArn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: bodyFor(message, subscription),
    Timestamp: new Date(message.at).toISOString(),
  };
  const version = topic?.attributes.SignatureVersion ?? '1';
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
    ],
  );
  return JSON.stringify({
    ...signed,
    SignatureVersion: version,
    Signature: await signer.sign(signed, version),
    SigningCertURL: `http://${context.host()}${CERTIFICATE_PATH}`,
    UnsubscribeURL: `http://${context.host()}${UNSUBSCRIBE_PATH}&SubscriptionArn=${subscription.arn}`,
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
  });
}

/** What a new subscriber gets: whoever can read it there may confirm. */
export async function confirmation(
  { context, signer }: EnvelopeParts,
  { topicArn, token = '' }: Subscription,
  topic: Topic | undefined,
): Promise<{ id: string; document: string }> {
  const id = context.randomId();
  const query = `&TopicArn=${encodeURIComponent(topicArn)}&Token=${token}`;
  const signed = {
    Type: 'SubscriptionConfirmation',
    MessageId: id,
    Token: token,
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `http://${context.host()}${CONFIRM_PATH}${query}`,
    Timestamp: new Date(context.clock()).toISOString(),
  };
  const version = topic?.attributes.SignatureVersion ?? '1';
  const document = JSON.stringify({
    ...signed,
    SignatureVersion: version,
    Signature: await signer.sign(signed, version),
    SigningCertURL: `http://${context.host()}${CERTIFICATE_PATH}`,
  });
  return { id, document };
}

export function bodyFor({ bodies }: Message, { protocol }: Pick<Subscription, 'protocol'>): string {
  return bodies[protocol] ?? bodies.default ?? '';
}
