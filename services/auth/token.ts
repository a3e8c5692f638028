import { createHash, randomBytes } from 'node:crypto';

/** As many as nobody can guess: https://pages.nist.gov/800-63-4/sp800-63b.html#sessionsecrets wants 64 bits. */
const BYTES = 32;
/** Of BYTES in base64url. */
const FORM = /^[A-Za-z0-9_-]{43}$/;

export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/**
 * Under which a session is stored: whoever reads the bucket learns no token.
 * @returns undefined for what no token looks like
 */
export function digestOf(token: string): string | undefined {
  return FORM.test(token) ? createHash('sha256').update(token).digest('hex') : undefined;
}
