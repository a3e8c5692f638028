import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  ProcessPaymentRequestSchema,
  ProcessPaymentResponseSchema,
  RefundRequestSchema,
  RefundResponseSchema,
  ValidatePaymentRequestSchema,
  ValidatePaymentResponseSchema,
} from '../../../services/gen/payment_pb.js';
import { paymentParts } from '../../../services/payment/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
beforeAll(async () => {
  lab = await startLab(['payment']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'PAYMENTS', subjects: ['evt.payment.>'], num_replicas: 3 });
  tasks = await Promise.all([lab.start('payment', paymentParts), lab.start('payment', paymentParts)]);
});
afterAll(() => lab?.stop());

type Payment = MessageInitShape<typeof ProcessPaymentRequestSchema>;
const process = (init: Payment) =>
  lab.ask('svc.payment.v1.process', ProcessPaymentRequestSchema, ProcessPaymentResponseSchema, init);
const pay = (playerId: string, amount: number, idempotencyKey = '') =>
  process({ playerId, currencyType: 'gold', amount, itemId: 'sword', meta: { idempotencyKey } });
const refund = (transactionId: string, idempotencyKey = '') =>
  lab.ask('svc.payment.v1.refund', RefundRequestSchema, RefundResponseSchema, {
    transactionId,
    reason: 'a test',
    meta: { idempotencyKey },
  });
const validate = (playerId: string, amount = 1) =>
  lab.ask('svc.payment.v1.validate', ValidatePaymentRequestSchema, ValidatePaymentResponseSchema, {
    playerId,
    currencyType: 'gold',
    amount,
  });
const balance = async (playerId: string) => Number((await validate(playerId)).currentBalance);

describe('a payment', () => {
  it('takes what it costs, and is seen by all tasks at once', async () => {
    const paid = await pay('payer', 300);
    expect(paid).toMatchObject({ success: true, newBalance: 700n });
    for (let i = 0; i < 10; i++) expect(await balance('payer')).toBe(700);
  });

  it('takes nothing from who has less, and says how much there is', async () => {
    await pay('poor', 950);
    const { error, success } = await pay('poor', 51);
    expect(success).toBe(false);
    expect(error).toMatchObject({ code: Error_Code.FAILED_PRECONDITION, details: { balance: '50' } });
    expect(await validate('poor', 51)).toMatchObject({ isValid: false, missingCurrencies: ['gold'] });
    expect((await pay('poor', 50)).newBalance).toBe(0n);
  });

  it('charges once for one key, whoever gets the retries, and tells of it once', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const before = (await streams.info('PAYMENTS')).state.messages;
    const paid = await Promise.all(Array.from({ length: 8 }, () => pay('retried', 100, 'key-1')));
    expect(new Set(paid.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(await balance('retried')).toBe(900);
    expect((await streams.info('PAYMENTS')).state.messages).toBe(before + 1);
  });

  it('refuses a key that comes back with another price', async () => {
    await pay('twofaced', 100, 'key-2');
    expect((await pay('twofaced', 1, 'key-2')).error?.code).toBe(Error_Code.CONFLICT);
    expect(await balance('twofaced')).toBe(900);
  });

  it('never spends more than there is, however many ask at once', async () => {
    const paid = await Promise.all(Array.from({ length: 24 }, (_, i) => pay('crowd', 70, `crowd-${i}`)));
    // Those who lost too many races are told ABORTED, and have paid nothing.
    const done = paid.filter(({ success }) => success).length;
    expect(done).toBeLessThanOrEqual(14);
    expect(await balance('crowd')).toBe(1000 - done * 70);
  });

  it('survives the tasks', async () => {
    await pay('lasting', 400);
    for (const task of tasks) await task.stop();
    tasks = await Promise.all([lab.start('payment', paymentParts), lab.start('payment', paymentParts)]);
    expect(await balance('lasting')).toBe(600);
  });

  it.each<[string, Payment]>([
    ['a negative amount', { playerId: 'x', currencyType: 'gold', amount: -1, itemId: 'i' }],
    ['nothing', { playerId: 'x', currencyType: 'gold', amount: 0, itemId: 'i' }],
    ['an unknown currency', { playerId: 'x', currencyType: 'toString', amount: 1, itemId: 'i' }],
    ['no player', { currencyType: 'gold', amount: 1, itemId: 'i' }],
    ['no item', { playerId: 'x', currencyType: 'gold', amount: 1 }],
    [
      'a player beyond all measure',
      { playerId: 'x'.repeat(129), currencyType: 'gold', amount: 1, itemId: 'i' },
    ],
    ['an empty request', {}],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await process(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('a refund', () => {
  it('gives back once, also when it is asked for twice at the same moment', async () => {
    const { transactionId } = await pay('sorry', 250);
    const refunds = await Promise.all([refund(transactionId, 'r-1'), refund(transactionId, 'r-1')]);
    expect(refunds).toEqual([
      expect.objectContaining({ success: true, refundedAmount: 250n, newBalance: 1000n }),
      expect.objectContaining({ success: true, refundedAmount: 250n, newBalance: 1000n }),
    ]);
    expect((await refund(transactionId, 'r-2')).error?.code).toBe(Error_Code.FAILED_PRECONDITION);
    expect(await balance('sorry')).toBe(1000);
  });

  it('finds no payment that never was', async () => {
    const { transactionId } = await pay('honest', 10);
    const forged = `${transactionId.split('.')[0]}.AAAAAAAAAAAAAAAA`;
    expect((await refund(forged)).error?.code).toBe(Error_Code.NOT_FOUND);
    for (const id of ['', 'x', `../${transactionId}`, `*.${'A'.repeat(16)}`])
      expect((await refund(id)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('whatever comes, payment', () => itWithstandsNonsense('payment', () => lab));
