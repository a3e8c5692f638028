import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM under a key that all tasks can make, and nobody who only reads the bucket. */
export interface Sealer {
  /**
   * @param what it belongs to: beside anything else it cannot be opened
   * @returns base64
   */
  seal(secret: string, what: string): string;
  /** @returns undefined when it was sealed under another secret, for something else, or was changed */
  open(sealed: string, what: string): string | undefined;
}

const CIPHER = 'aes-256-gcm';
/** Bytes. */
const KEY = 32;
const SALT = 16;
const IV = 12;
const TAG = 16;

/** @param master a secret that the tasks share, with all the randomness that is needed */
export function sealer(master: string): Sealer {
  const keyFor = (salt: Buffer) => Buffer.from(hkdfSync('sha256', master, salt, 'ai-integration keys', KEY));
  return {
    seal: (secret, what) => {
      const [salt, iv] = [randomBytes(SALT), randomBytes(IV)];
      const cipher = createCipheriv(CIPHER, keyFor(salt), iv, { authTagLength: TAG });
      cipher.setAAD(Buffer.from(what));
      const bytes = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([salt, iv, cipher.getAuthTag(), bytes]).toString('base64');
    },
    open: (sealed, what) => {
      const all = Buffer.from(sealed, 'base64');
      const [salt, iv] = [all.subarray(0, SALT), all.subarray(SALT, SALT + IV)];
      try {
        const decipher = createDecipheriv(CIPHER, keyFor(salt), iv, { authTagLength: TAG });
        decipher.setAAD(Buffer.from(what));
        decipher.setAuthTag(all.subarray(SALT + IV, SALT + IV + TAG));
        const bytes = decipher.update(all.subarray(SALT + IV + TAG));
        return Buffer.concat([bytes, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
