import {
  ProcessPaymentRequestSchema,
  ProcessPaymentResponseSchema,
  RefundRequestSchema,
  RefundResponseSchema,
  ValidatePaymentRequestSchema,
  ValidatePaymentResponseSchema,
} from '../gen/payment_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, invalid, metadataOf, oneOf, optionalTextOf, within } from '../sdk/fields.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { type Account, balanceOf, pay, refund } from './account.ts';
import { CURRENCIES } from './currencies.ts';
import { accountOf, newTransactionId } from './transaction-id.ts';

/** Bytes. */
const MAX_REASON = 512;
/** Of an int32. */
const MAX_AMOUNT = 2 ** 31 - 1;

/** Balance, payment and the request's key are one write, so that no crash comes between them. */
export function paymentEndpoints(
  accounts: Records,
  events: Events,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  return {
    process: endpoint(
      ProcessPaymentRequestSchema,
      ProcessPaymentResponseSchema,
      async (request, { key, log }) => {
        const { playerId, currency, amount } = priceOf(request);
        const itemId = idOf('item_id', request.itemId);
        const metadata = metadataOf('metadata', request.metadata);
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
      const { playerId, currency, amount } = priceOf(request);
      const balance = balanceOf(await accounts.get<Account>(safeKey(playerId)), currency);
      return {
        isValid: balance >= amount,
        currentBalance: BigInt(balance),
        requiredAmount: BigInt(amount),
        missingCurrencies: balance >= amount ? [] : [currency],
      };
    }),

    refund: endpoint(RefundRequestSchema, RefundResponseSchema, async (request, { key }) => {
      const { transactionId } = request;
      const reason = optionalTextOf('reason', request.reason, MAX_REASON);
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

function priceOf({ playerId, currencyType, amount }: Price) {
  return {
    playerId: idOf('player_id', playerId),
    currency: oneOf('currency_type', currencyType, Object.keys(CURRENCIES)),
    amount: within('amount', amount, 1, MAX_AMOUNT),
  };
}
