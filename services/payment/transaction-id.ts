import { randomBytes } from 'node:crypto';

/** It names the account, so that a refund finds it. */
export function newTransactionId(account: string): string {
  return `${account}.${randomBytes(12).toString('base64url')}`;
}

/** @returns the account, or undefined for what was never given out */
export function accountOf(transactionId: string): string | undefined {
  return /^([A-Za-z0-9_=-]{1,384})\.[A-Za-z0-9_-]{16}$/.exec(transactionId)?.[1];
}
