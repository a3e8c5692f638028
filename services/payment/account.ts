import { Code, ServiceError } from '../sdk/errors.ts';
import { CURRENCIES } from './currencies.ts';

/** All of a player's money, with the payments that can still be given back: one value, changed as a whole. */
export interface Account {
  balances: Record<string, number>;
  /** The oldest first. */
  payments: Payment[];
}

export interface Payment {
  id: string;
  currency: string;
  amount: number;
  item: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** When and why it was given back. */
  refunded?: { at: number; reason: string };
}

/** Payments of these last days, milliseconds, and the last so many of them can be given back. */
export const REFUNDABLE_MS = 30 * 86_400_000;
export const MOST_PAYMENTS = 500;

export function balanceOf(account: Account | undefined, currency: string): number {
  return account?.balances[currency] ?? CURRENCIES[currency]?.opening ?? 0;
}

/** @throws ServiceError FAILED_PRECONDITION where the player has less */
export function pay(account: Account | undefined, payment: Payment): Account {
  const { currency, amount, at } = payment;
  const balance = balanceOf(account, currency);
  if (balance < amount)
    throw new ServiceError(Code.FAILED_PRECONDITION, `The player has less ${currency} than ${amount}.`, {
      details: { balance: String(balance) },
    });
  const kept = (account?.payments ?? []).filter((one) => one.at > at - REFUNDABLE_MS);
  return {
    balances: { ...account?.balances, [currency]: balance - amount },
    payments: [...kept, payment].slice(-MOST_PAYMENTS),
  };
}

/**
 * Gives a payment back, once.
 * @throws ServiceError NOT_FOUND, FAILED_PRECONDITION
 */
export function refund(
  account: Account | undefined,
  id: string,
  refunded: { at: number; reason: string },
): { account: Account; payment: Payment } {
  const payment = account?.payments.find((one) => one.id === id);
  if (account === undefined || payment === undefined || payment.at <= refunded.at - REFUNDABLE_MS)
    throw new ServiceError(Code.NOT_FOUND, 'There is no such payment, or it is too old to be given back.');
  if (payment.refunded !== undefined)
    throw new ServiceError(Code.FAILED_PRECONDITION, 'The payment was given back already.');
  const { currency, amount } = payment;
  return {
    payment,
    account: {
      balances: { ...account.balances, [currency]: balanceOf(account, currency) + amount },
      payments: account.payments.map((one) => (one === payment ? { ...payment, refunded } : one)),
    },
  };
}
