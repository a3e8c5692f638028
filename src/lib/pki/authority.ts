import type { KeyObject } from 'node:crypto';

/** A certificate authority that can sign: its own certificate (PEM, without chain) and its private key. */
export interface Authority {
  cert: string;
  key: KeyObject;
}

/** A holder's certificate and key, both PEM; `cert` is the leaf followed by the authorities it needs. */
export interface KeyPair {
  cert: string;
  key: string;
}

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** Milliseconds. Clocks of a fleet differ by less than this, so a new certificate is valid everywhere at once. */
export const BACK_DATED = 5 * MINUTE;

/** To the second: while one authority takes the place of another both are trusted, and people tell them apart by it. */
export function authorityName(fleet: string, role: 'root' | 'issuer', now: Date): string {
  return `${fleet} ${role} ${now.toISOString().slice(0, 19)}Z`;
}
