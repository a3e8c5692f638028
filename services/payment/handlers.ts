import {
  ProcessPaymentRequestSchema,
  ProcessPaymentResponseSchema,
  RefundRequestSchema,
  RefundResponseSchema,
  ValidatePaymentRequestSchema,
  ValidatePaymentResponseSchema,
} from '../gen/payment_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { type Account, balanceOf, pay, refund } from './account.ts';
import { CURRENCIES } from './currencies.ts';
import { accountOf, newTransactionId } from './transaction-id.ts';

/** Bytes; and entries of metadata. */
const MAX_ID = 128;
const MAX_REASON = 512;
const MAX_METADATA = 32;

/** Balance, payment and the request's key are one write, so that no crash comes between them. */
export function paymentEndpoints(
  accounts: Records,
  events: Events,
  now: () => number = Date.now,
): Record<string, Endpoint> {
  return {
    process: endpoint(
      ProcessPaymentRequestSchema,
      ProcessPaymentResponseSchema,
      async (request, { key, log }) => {
        const { playerId, currencyType: currency, amount, itemId, metadata } = request;
        checkPrice(request);
        checkId('item_id', itemId);
        checkMetadata(metadata);
        const account = safeKey(playerId);
        const payment = { id: newTransactionId(account), currency, amount, item: itemId, at: now() };
        const paid = await accounts.change(account, key, (current: Account | undefined) => {
          const next = pay(current, payment);
          return { next, result: { id: payment.id, at: payment.at, balance: balanceOf(next, currency) } };
        });
        await events.announce(
          'evt.payment.completed.v1',
          {
            // A retry tells of the first payment again: it is the same event.
            id: `payment.${paid.id}`,
            timestampMs: paid.at,
            payload: {
              player_id: playerId,
              transaction_id: paid.id,
              currency_type: currency,
              amount,
              item_id: itemId,
            },
            metadata,
          },
          log,
        );
        return {
          transactionId: paid.id,
          success: true,
          newBalance: BigInt(paid.balance),
          timestampMs: BigInt(paid.at),
        };
      },
    ),

    validate: endpoint(ValidatePaymentRequestSchema, ValidatePaymentResponseSchema, async (request) => {
      const { playerId, currencyType: currency, amount } = request;
      checkPrice(request);
      const balance = balanceOf(await accounts.get<Account>(safeKey(playerId)), currency);
      return {
        isValid: balance >= amount,
        currentBalance: BigInt(balance),
        requiredAmount: BigInt(amount),
        missingCurrencies: balance >= amount ? [] : [currency],
      };
    }),

    refund: endpoint(RefundRequestSchema, RefundResponseSchema, async (request, { key }) => {
      const { transactionId, reason } = request;
      if (Buffer.byteLength(reason) > MAX_REASON) throw invalid(`reason is longer than ${MAX_REASON} bytes.`);
      const account = accountOf(transactionId);
      if (account === undefined) throw invalid('transaction_id is none that process has given.');
      const refunded = await accounts.change(account, key, (current: Account | undefined) => {
        const { account: next, payment } = refund(current, transactionId, { at: now(), reason });
        return { next, result: { amount: payment.amount, balance: balanceOf(next, payment.currency) } };
      });
      return {
        success: true,
        refundedAmount: BigInt(refunded.amount),
        newBalance: BigInt(refunded.balance),
      };
    }),
  };
}

interface Price {
  playerId: string;
  currencyType: string;
  amount: number;
}

function checkPrice({ playerId, currencyType, amount }: Price): void {
  checkId('player_id', playerId);
  if (!Object.hasOwn(CURRENCIES, currencyType))
    throw invalid(`currency_type must be one of ${Object.keys(CURRENCIES).join(', ')}.`);
  if (amount < 1) throw invalid('amount must be 1 or more.');
}

function checkId(field: string, id: string): void {
  if (id === '') throw invalid(`${field} is empty.`);
  if (Buffer.byteLength(id) > MAX_ID) throw invalid(`${field} is longer than ${MAX_ID} bytes.`);
}

function checkMetadata(metadata: Record<string, string>): void {
  const entries = Object.entries(metadata);
  if (entries.length > MAX_METADATA) throw invalid(`metadata has more than ${MAX_METADATA} entries.`);
  if (entries.some((entry) => entry.some((text) => Buffer.byteLength(text) > MAX_ID)))
    throw invalid(`metadata has keys or values of more than ${MAX_ID} bytes.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
