import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { request } from 'node:http';

/** One attempt to hand something to a subscriber. */
export interface Delivery {
  kind: 'Notification' | 'SubscriptionConfirmation';
  messageId: string;
  topicArn: string;
  subscriptionArn: string | undefined;
  raw: boolean;
  body: string;
}

/** Why a delivery failed, and whether another attempt may go better. */
export class DeliveryFailure extends Error {
  readonly permanent: boolean;

  constructor(message: string, permanent = false) {
    super(message);
    this.permanent = permanent;
  }
}

/** Milliseconds that SNS waits for an HTTP subscriber's answer. */
const PATIENCE = 15_000;

/**
 * POSTs to an HTTP subscriber, with SNS's headers.
 * @throws DeliveryFailure for whatever is not a 2xx; a 4xx other than 429 is a no that stays
 */
export async function deliverByHttp(endpoint: string, delivery: Delivery): Promise<void> {
  const status = await post(endpoint, delivery);
  if (status >= 200 && status < 300) return;
  throw new DeliveryFailure(
    `${endpoint} answered ${status}`,
    status >= 400 && status < 500 && status !== 429,
  );
}

async function post(endpoint: string, delivery: Delivery): Promise<number> {
  const { kind, messageId, topicArn, subscriptionArn, raw, body } = delivery;
  return await new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new DeliveryFailure(`${endpoint}: ${error.message}`));
    const outgoing = request(
      endpoint,
      {
        method: 'POST',
        agent: false,
        signal: AbortSignal.timeout(PATIENCE),
        headers: {
          'x-amz-sns-message-type': kind,
          'x-amz-sns-message-id': messageId,
          'x-amz-sns-topic-arn': topicArn,
          ...(subscriptionArn !== undefined && { 'x-amz-sns-subscription-arn': subscriptionArn }),
          ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
          'content-type': 'text/plain; charset=UTF-8',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Amazon Simple Notification Service Agent',
        },
      },
      (response) => {
        response.resume();
        response.on('error', failed);
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}

/**
 * Appends one line of JSON.
 * @throws DeliveryFailure when the place is no plain file of this user's, or cannot be written
 */
export async function deliverToFile(file: string, { body }: Pick<Delivery, 'body'>): Promise<void> {
  const flags =
    constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const handle = await open(file, flags, 0o600);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.uid !== process.getuid?.())
        throw new DeliveryFailure('is no file of yours', true);
      await handle.appendFile(`${oneLine(body)}\n`);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof DeliveryFailure) throw new DeliveryFailure(`${file} ${error.message}`, true);
    throw new DeliveryFailure(`${file}: ${(error as Error).message}`);
  }
}

/** JSON as it is, without line breaks; anything else as a JSON string. */
function oneLine(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body));
  } catch {
    return JSON.stringify(body);
  }
}
