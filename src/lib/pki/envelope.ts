import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import * as z from 'zod';
import { GsysError } from '../errors.ts';

/**
 * Encrypts a secret with a passphrase: scrypt, then AES-256-GCM. The envelope is JSON text and carries its cost, so
 * that a later version may raise it and still open what was sealed before.
 */
export async function seal(secret: string, passphrase: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, cost), iv);
  cipher.setAAD(header(cost));
  const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  const envelope: Envelope = {
    format: FORMAT,
    cost,
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
  return `${JSON.stringify(envelope)}\n`;
}

/** @throws GsysError BAD_CERTIFICATE for a wrong passphrase and for a damaged envelope alike: GCM cannot tell */
export async function unseal(text: string, passphrase: string): Promise<string> {
  const { cost, salt, iv, tag, data } = parse(text);
  const key = await deriveKey(passphrase, Buffer.from(salt, 'base64'), cost);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(header(cost));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return decipher.update(data, 'base64', 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new GsysError('BAD_CERTIFICATE', 'The passphrase is wrong, or the envelope is damaged.', { cause });
  }
}

const FORMAT = 'gsys/envelope/v1';

/** 128 MiB and about 0.4 s for each guess: https://cheatsheetseries.owasp.org (password storage, scrypt). */
const COST = { N: 2 ** 17, r: 8, p: 1 };

/** For a passphrase of 128 random bits or more: nobody guesses that, so stretching it would only take time. */
export const RANDOM_PASSPHRASE_COST = { N: 2 ** 10, r: 8, p: 1 };

/** An envelope comes from outside: its cost must not be a way to exhaust this machine. */
const costSchema = z.strictObject({
  N: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
});
const envelopeSchema = z.strictObject({
  format: z.literal(FORMAT),
  cost: costSchema,
  salt: z.base64(),
  iv: z.base64(),
  tag: z.base64(),
  data: z.base64(),
});
type Envelope = z.infer<typeof envelopeSchema>;
type Cost = z.infer<typeof costSchema>;

function parse(text: string): Envelope {
  try {
    return envelopeSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new GsysError('BAD_CERTIFICATE', 'This is not an envelope that gsys sealed.', { cause });
  }
}

/** Authenticated with the data, so that nobody can lower the cost of a stored envelope unnoticed. */
function header({ N, r, p }: Cost): Buffer {
  return Buffer.from(`${FORMAT}:${N}:${r}:${p}`);
}

async function deriveKey(passphrase: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r * 2 };
  return await new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
