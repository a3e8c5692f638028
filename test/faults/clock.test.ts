import { fromBinary } from '@bufbuild/protobuf';
import { AckPolicy, type Consumer, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  CreateSessionRequestSchema,
  CreateSessionResponseSchema,
  ValidateSessionRequestSchema,
  ValidateSessionResponseSchema,
} from '../../services/gen/auth_pb.js';
import { GameEventSchema } from '../../services/gen/event_bus_pb.js';
import { ProcessPaymentRequestSchema, ProcessPaymentResponseSchema } from '../../services/gen/payment_pb.js';
import { SetTimeRequestSchema, SetTimeResponseSchema } from '../../services/gen/time_manager_pb.js';
import { type Asking, askingEverywhere } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import type { Answer } from '../support/load.ts';
import { until } from '../support/until.ts';
import { healed, troubles, verify } from '../support/verify.ts';

/** What lives by the clock: sessions that expire, requests that come again, events at game times. */
const test = fleetUnderTest(['auth', 'payment', 'time-manager']);
const fleet = test.platform;
let asking: Asking[] = [];
beforeAll(async () => {
  await test.start();
  asking = await askingEverywhere(fleet);
});
afterEach(() => fleet.gsys('local', 'fault', 'heal', '--all'));
afterAll(async () => {
  await Promise.all(asking.map(({ nc }) => nc.close()));
  await test.remove();
});

/** Milliseconds. */
const PATIENCE = 20_000;
const HOUR_S = 3_600;

/** Of every task of the service that answers: several times through each node. */
const everywhere = async (ask: (through: Asking) => Promise<Answer>): Promise<Answer[]> =>
  await Promise.all(Array.from({ length: 4 }, () => asking.map(ask)).flat());
const first = (): Asking => asking[0] as Asking;
const moved = async (service: string, offset: string) => {
  await test.inject('clock', `task/${service}/1`, `--offset=${offset}`);
  await until('verify to name it', async () =>
    troubles(await verify(fleet, '--only', 'service.*')).includes(`fail service.clock/${service}`),
  );
};
const right = async (service: string) => {
  await test.heal('--all');
  await healed(fleet, '--only', 'service.clock');
  expect(troubles(await verify(fleet, '--only', 'service.clock')).join()).not.toContain(service);
};

describe('the clock of one task is two hours ahead, and verify names it', () => {
  const sessionFor = async (ttlSeconds: number) => {
    const messages = [CreateSessionRequestSchema, CreateSessionResponseSchema] as const;
    const request = { userId: 'u', ttlSeconds };
    const { body } = await first().ask('svc.auth.v1.create_session', [...messages], request, PATIENCE);
    return body.sessionToken as string;
  };
  const validity = async (sessionToken: string) => {
    const answers = await everywhere(({ ask }) =>
      ask(
        'svc.auth.v1.validate_session',
        [ValidateSessionRequestSchema, ValidateSessionResponseSchema],
        { sessionToken },
        PATIENCE,
      ),
    );
    return new Set(answers.map(({ body }) => body.isValid === true));
  };

  it('a session that ends later holds, one that ends sooner holds again when the clock is right: it was not thrown away', async () => {
    const [long, short] = [await sessionFor(24 * HOUR_S), await sessionFor(HOUR_S)];
    await moved('auth', '2h');
    expect(await validity(long)).toEqual(new Set([true]));
    expect(await validity(short)).toContain(false);
    await right('auth');
    expect(await validity(short)).toEqual(new Set([true]));
  });

  it('a payment that comes again is charged once', async () => {
    await moved('payment', '2h');
    const pay = ({ ask }: Asking) =>
      ask(
        'svc.payment.v1.process',
        [ProcessPaymentRequestSchema, ProcessPaymentResponseSchema],
        { playerId: 'p', currencyType: 'gold', amount: 10, itemId: 'sword', meta: { idempotencyKey: 'k' } },
        PATIENCE,
      );
    const before = await pay(first());
    const again = await everywhere(pay);
    await right('payment');
    for (const { body } of [...again, ...(await everywhere(pay))])
      expect([body.transactionId, body.newBalance]).toEqual([before.body.transactionId, '990']);
  });

  it('an hour of game time is announced once, before and after', async () => {
    const noon = { year: 1200, month: 6, day: 1, hour: 12, minute: 0, second: 0 };
    const messages = [SetTimeRequestSchema, SetTimeResponseSchema] as const;
    const request = { worldId: 'w', targetTime: noon };
    await first().ask('svc.time.v1.set_time', [...messages], request, PATIENCE);
    await until('the hour to be told', async () => (await hoursTold()).length > 0);
    await moved('time-manager', '2h');
    await until('an hour too early', async () => (await hoursTold()).length > 1);
    await right('time-manager');
    const all = await hoursTold();
    expect(new Set(all).size).toBe(all.length);
  });
});

/** The ids of the events that the stream has of it. */
async function hoursTold(): Promise<string[]> {
  const { nc } = first();
  consumer ??= await consumerOf(nc);
  const { num_pending } = await consumer.info();
  if (num_pending > 0)
    for await (const { data } of await consumer.fetch({ max_messages: num_pending, expires: 10_000 }))
      told.push(fromBinary(GameEventSchema, data).eventId);
  return told;
}

const told: string[] = [];
let consumer: Consumer | undefined;

async function consumerOf(nc: NatsConnection): Promise<Consumer> {
  const { consumers } = await nc.jetstreamManager();
  const { name } = await consumers.add('GAME_EVENTS', {
    ack_policy: AckPolicy.None,
    filter_subject: 'evt.time.hour.changed.v1',
    inactive_threshold: 600e9,
  });
  return await nc.jetstream().consumers.get('GAME_EVENTS', name);
}
