/** Somebody who must not get in: without TLS, without the password, without a certificate. */
export const REDIS_STRANGERS = ['plaintext', 'no password', 'no certificate'] as const;
export type RedisStranger = (typeof REDIS_STRANGERS)[number];
