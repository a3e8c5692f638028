import { expect, it } from 'vitest';
import { balanceOf, MOST_PAYMENTS, pay, REFUNDABLE_MS, refund } from '../../../services/payment/account.ts';

const payment = (id: string, amount = 10, at = 0) => ({ id, currency: 'gold', amount, item: 'i', at });

it('begins with what its currency begins with', () => {
  expect(balanceOf(undefined, 'gold')).toBe(1000);
  expect(balanceOf(pay(undefined, payment('a')), 'gems')).toBe(50);
});

it('keeps balance and payments in step over any order of payments and refunds', () => {
  let account = pay(undefined, payment('a', 100));
  account = pay(account, payment('b', 200));
  account = refund(account, 'a', { at: 1, reason: '' }).account;
  account = pay(account, payment('c', 300));
  const open = account.payments.filter(({ refunded }) => refunded === undefined);
  expect(balanceOf(account, 'gold')).toBe(1000 - open.reduce((sum, { amount }) => sum + amount, 0));
});

it('gives nothing back after its time', () => {
  const account = pay(undefined, payment('a'));
  expect(() => refund(account, 'a', { at: REFUNDABLE_MS, reason: '' })).toThrow('too old');
});

it('forgets the oldest payments, never money', () => {
  let account = pay(undefined, payment('0', 1));
  for (let i = 1; i < MOST_PAYMENTS + 10; i++) account = pay(account, payment(String(i), 1));
  expect(account.payments).toHaveLength(MOST_PAYMENTS);
  expect(balanceOf(account, 'gold')).toBe(1000 - MOST_PAYMENTS - 10);
});
