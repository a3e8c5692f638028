import { sign } from 'node:crypto';
import { createRoot } from '../../../lib/pki/create-root.ts';
import { privateKeyPem } from '../../../lib/pki/keys.ts';
import type { Collection } from '../../store.ts';

/** The key that messages are signed with, and the certificate that their readers fetch. */
export interface Signer {
  /** Of the members that SNS signs, in its order. @param version of the topic's SignatureVersion */
  sign(document: Record<string, unknown>, version: string): Promise<string>;
  certificate(): Promise<string>;
}

/** Made when the first message goes out: a key takes a moment. */
export function openSigner(kept: Collection<{ cert: string; key: string }>): Signer {
  let made: Promise<{ cert: string; key: string }> | undefined;
  const pair = () => {
    made ??= makePair(kept);
    return made;
  };
  return {
    async sign(document, version) {
      const { key } = await pair();
      return sign(version === '2' ? 'sha256' : 'sha1', Buffer.from(textToSign(document)), key).toString(
        'base64',
      );
    },
    certificate: async () => (await pair()).cert,
  };
}

async function makePair(
  kept: Collection<{ cert: string; key: string }>,
): Promise<{ cert: string; key: string }> {
  const known = kept.get('sns');
  if (known) return known;
  const { cert, key } = await createRoot('sns');
  const pair = { cert, key: privateKeyPem(key) };
  await kept.put('sns', pair);
  return pair;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
};

function textToSign(document: Record<string, unknown>): string {
  return SIGNED[document.Type as keyof typeof SIGNED]
    .filter((name) => document[name] !== undefined)
    .map((name) => `${name}\n${document[name]}\n`)
    .join('');
}
