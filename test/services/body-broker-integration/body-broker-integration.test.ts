import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerEndpoints } from '../../../services/body-broker-integration/handlers.ts';
import type { Target } from '../../../services/body-broker-integration/harvest.ts';
import type { Player } from '../../../services/body-broker-integration/player.ts';
import {
  CompleteDealRequestSchema,
  CompleteDealResponseSchema,
  HarvestRequestSchema,
  HarvestResponseSchema,
  NegotiateRequestSchema,
  NegotiateResponseSchema,
} from '../../../services/gen/body_broker_pb.js';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { events } from '../../../services/sdk/events.ts';
import { type Bucket, bucketOf } from '../../../services/sdk/kv.ts';
import { records } from '../../../services/sdk/records.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import type { Task } from '../helpers/task.ts';

/** Keys whose next write but so many is where the task dies, as far as its caller can tell. */
const dying = new Map<string, number>();

const mortal = (real: Bucket): Bucket => ({
  ...real,
  update: async (key, change) => {
    const left = dying.get(key);
    if (left === 0) {
      dying.delete(key);
      throw new Error('the task has died');
    }
    if (left !== undefined) dying.set(key, left - 1);
    await real.update(key, change);
  },
});
const parts: ServiceParts = {
  endpoints: (context) => {
    const players = records(mortal(bucketOf(context)));
    const targets = mortal(bucketOf(context, 'broker-targets'));
    return brokerEndpoints({ players, targets }, events(context.link));
  },
};

let lab: Lab;
let tasks: Task[];
const start = () => lab.start('body-broker-integration', parts);
beforeAll(async () => {
  lab = await startLab(['body-broker-integration']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'BROKER', subjects: ['evt.broker.>'], num_replicas: 3 });
  tasks = await Promise.all([start(), start()]);
});
afterAll(() => lab?.stop());

const harvest = (
  playerId: string,
  targetId: string,
  bodyParts: string[],
  init: MessageInitShape<typeof HarvestRequestSchema> = {},
) =>
  lab.ask('svc.broker.v1.harvest', HarvestRequestSchema, HarvestResponseSchema, {
    ...{ playerId, targetId, bodyParts, toolUsed: 'scalpel' },
    ...init,
  });
const negotiate = (
  playerId: string,
  offeredParts: string[],
  init: MessageInitShape<typeof NegotiateRequestSchema> = {},
) =>
  lab.ask('svc.broker.v1.negotiate', NegotiateRequestSchema, NegotiateResponseSchema, {
    ...{ playerId, familyId: 'tallow', offeredParts, requestedDrug: 'hollow_tea', requestedQuantity: 1 },
    ...init,
  });
const complete = (playerId: string, dealId: string, userId = '') =>
  lab.ask('svc.broker.v1.complete_deal', CompleteDealRequestSchema, CompleteDealResponseSchema, {
    ...{ playerId, dealId, meta: { userId } },
  });

/** What lies in a bucket. */
const stored = async <T>(bucket: string, key: string): Promise<T | undefined> => {
  const kv = await lab.operator.jetstream().views.kv(bucket, { bindOnly: true });
  return (await kv.get(key))?.json<T>();
};
const playerNow = async (player: string) =>
  (await stored<{ value: Player }>('broker', `player.${player}`))?.value;
const partsOf = async (player: string) => ((await playerNow(player))?.parts ?? []).map(({ type }) => type);
/** Ids of parts that the player has just got. */
const cut = async (player: string, target: string, types: string[]) =>
  (await harvest(player, target, types)).harvestedParts.map(({ partId }) => partId);

describe('body-broker-integration', () => {
  it('gives the player what was harvested, and tells of it', async () => {
    const told = await eventsDuring(lab, 'BROKER', async () => {
      const reply = await harvest('mara', 'body-1', ['eye', 'skin'], { context: { hours_since_death: 12 } });
      expect(reply.harvestedParts).toMatchObject([
        { partType: 'eye', freshness: 0.75, properties: { tool: 'scalpel' } },
        { partType: 'skin', freshness: 0.75 },
      ]);
      expect([reply.skillXpGained > 0, reply.moralityImpact]).toEqual([true, -5]);
    });
    expect(told.map(({ payload }) => payload?.parts)).toEqual([['eye', 'skin']]);
    expect(await playerNow('mara')).toMatchObject({
      morality: -5,
      parts: [{ type: 'eye' }, { type: 'skin' }],
    });
  });

  it('harvests once, however often and through whichever task it is asked', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => harvest('once', 'body-2', ['eye', 'liver'])),
    );
    const again = await harvest('once', 'body-2', ['liver', 'eye'], { toolUsed: 'knife' });
    for (const reply of [...replies, again]) expect(reply).toEqual(replies[0]);
    expect(await partsOf('once')).toEqual(['eye', 'liver']);
    expect((await playerNow('once'))?.xp).toBe(replies[0]?.skillXpGained);
  });

  it('gives a body’s heart to one of many who want it', async () => {
    const players = Array.from({ length: 8 }, (_, i) => `rival-${i}`);
    const replies = await Promise.all(players.map((player) => harvest(player, 'body-3', ['heart'])));
    const { CONFLICT } = Error_Code;
    expect(replies.map(({ error }) => error?.code).filter((code) => code === CONFLICT)).toHaveLength(7);
    expect((await Promise.all(players.map(partsOf))).flat()).toEqual(['heart']);
  });

  it.each([
    ['before the parts are in the inventory', 'player.unlucky-0', 0, []],
    ['before the target says so', 'target.grave-1', 1, ['kidney']],
  ])('delivers a harvest whose task has died %s, once', async (_, key, writes, before) => {
    const player = `unlucky-${writes}`;
    dying.set(key, writes);
    expect((await harvest(player, `grave-${writes}`, ['kidney'])).error?.code).toBe(Error_Code.INTERNAL);
    expect(await partsOf(player)).toEqual(before);
    const { harvestedParts, error } = await harvest(player, `grave-${writes}`, ['kidney']);
    expect([error, harvestedParts.length]).toEqual([undefined, 1]);
    expect(await partsOf(player)).toEqual(['kidney']);
    expect((await stored<Target>('broker-targets', `target.grave-${writes}`))?.harvests[0]?.isDelivered).toBe(
      true,
    );
  });

  it('completes a deal once, of many who ask at the same time, and later', async () => {
    const offered = await cut('dealer', 'body-4', ['skin']);
    const { accepted, dealId } = await negotiate('dealer', offered, { requestedQuantity: 2 });
    expect(accepted).toBe(true);
    const told = await eventsDuring(lab, 'BROKER', async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, () => complete('dealer', dealId)));
      for (const { success, rewards, quantities } of [...replies, await complete('dealer', dealId)])
        expect([success, rewards, quantities]).toEqual([true, ['hollow_tea'], [2]]);
    });
    expect(told.map(({ payload }) => payload?.deal_id)).toEqual([dealId]);
    expect(await playerNow('dealer')).toMatchObject({
      parts: [],
      drugs: { hollow_tea: 2 },
      dealsDone: 1,
    });
  });

  it('gives what the counter-offer says, with coins for the rest', async () => {
    const offered = await cut('haggler', 'body-5', ['liver']);
    const offer = await negotiate('haggler', offered, { requestedDrug: 'red_sleep', requestedQuantity: 5 });
    expect(offer).toMatchObject({ accepted: false, counterOfferDrug: 'red_sleep' });
    expect(offer.counterOfferQuantity).toBeLessThan(5);
    const { rewards, quantities } = await complete('haggler', offer.dealId);
    expect([rewards[0], quantities[0]]).toEqual(['red_sleep', offer.counterOfferQuantity]);
    const { coins } = (await playerNow('haggler')) ?? {};
    expect(rewards.includes('coin') ? quantities[1] : 0).toBe(coins);
  });

  it('answers the same offer in the same way, and is insulted by it once', async () => {
    const offered = await cut('rude', 'body-6', ['skin']);
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => negotiate('rude', offered, { requestedQuantity: 1000 })),
    );
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]?.relationshipChange).toBe(-2);
    expect(replies[0]?.dialogueLines).toHaveLength(2);
    expect((await playerNow('rude'))?.standing).toEqual({ tallow: -2 });
  });

  it('answers an offer once for a key, also when a deal has come between', async () => {
    const [one, other] = [await cut('again', 'body-9', ['skin']), await cut('again', 'body-10', ['skin'])];
    const insult = () =>
      negotiate('again', one, { requestedQuantity: 1000, meta: { idempotencyKey: 'offer-1' } });
    const first = await insult();
    const { dealId } = await negotiate('again', other);
    expect((await complete('again', dealId)).success).toBe(true);
    const { tallow } = (await playerNow('again'))?.standing ?? {};
    expect(await insult()).toEqual({ ...first, meta: expect.anything() });
    expect((await playerNow('again'))?.standing).toEqual({ tallow });
  });

  it('does not let one part go in two deals', async () => {
    const offered = await cut('cheat', 'body-7', ['skin']);
    const [first, second] = [
      await negotiate('cheat', offered),
      await negotiate('cheat', offered, { familyId: 'voss' }),
    ];
    expect((await complete('cheat', first?.dealId ?? '')).success).toBe(true);
    expect((await complete('cheat', second?.dealId ?? '')).error?.code).toBe(Error_Code.FAILED_PRECONDITION);
    expect((await negotiate('cheat', offered)).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('loses no part of many harvests of one player at the same time', async () => {
    const targets = Array.from({ length: 12 }, (_, i) => `field-${i}`);
    const ask = (target: string) => harvest('busy', target, ['hair']);
    const replies = await Promise.all(targets.map(ask));
    for (const { error } of replies) expect([undefined, Error_Code.ABORTED]).toContain(error?.code);
    // Whoever was told to ask again does.
    for (const [i, { error }] of replies.entries()) if (error) await ask(targets[i] ?? '');
    expect(await partsOf('busy')).toHaveLength(12);
  });

  it('keeps inventories and deals when both tasks restart', async () => {
    const offered = await cut('lasting', 'body-8', ['skin']);
    const { dealId } = await negotiate('lasting', offered);
    await Promise.all(tasks.map((task) => task.stop()));
    tasks = await Promise.all([start(), start()]);
    expect(await negotiate('lasting', offered)).toMatchObject({ dealId });
    expect((await complete('lasting', dealId)).success).toBe(true);
  });

  it('lets nobody trade for another player', async () => {
    const { PERMISSION_DENIED } = Error_Code;
    expect((await complete('dealer', 'x', 'thief')).error?.code).toBe(PERMISSION_DENIED);
    expect((await complete('dealer', 'x', 'dealer')).error?.code).toBe(Error_Code.NOT_FOUND);
    const meta = { userId: 'thief' };
    expect((await harvest('dealer', 'x', ['eye'], { meta })).error?.code).toBe(PERMISSION_DENIED);
    expect((await negotiate('dealer', ['x'], { meta })).error?.code).toBe(PERMISSION_DENIED);
  });

  it.each<[string, MessageInitShape<typeof HarvestRequestSchema>, string]>([
    ['no player', { playerId: '' }, 'player_id'],
    ['too long a target', { targetId: 'x'.repeat(129) }, 'target_id'],
    ['no part', { bodyParts: [] }, 'body_parts'],
    ['a part twice', { bodyParts: ['eye', 'eye'] }, 'body_parts'],
    ['a part that nobody has', { bodyParts: ['constructor'] }, 'body_parts'],
    ['a tool that there is not', { toolUsed: 'spoon' }, 'tool_used'],
    ['a body dead for minus an hour', { context: { hours_since_death: -1 } }, 'hours_since_death'],
    ['a condition that is no number', { context: { condition: Number.NaN } }, 'condition'],
    ['a consent that is no answer', { context: { consented: 'yes' } }, 'consented'],
    ['a context that there is not', { context: { mood: 1 } }, 'context has'],
  ])('refuses to harvest with %s', async (_, init, field) => {
    const { error } = await harvest('x', 'x', ['eye'], init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toContain(field);
  });

  it.each<[string, MessageInitShape<typeof NegotiateRequestSchema>, string]>([
    ['no player', { playerId: '' }, 'player_id'],
    ['a family that there is not', { familyId: 'medici' }, 'family_id'],
    ['no part', { offeredParts: [] }, 'offered_parts'],
    ['an empty part', { offeredParts: [''] }, 'offered_parts'],
    ['a part twice', { offeredParts: ['a', 'a'] }, 'offered_parts'],
    ['a drug that there is not', { requestedDrug: 'coffee' }, 'requested_drug'],
    ['none of it', { requestedQuantity: 0 }, 'requested_quantity'],
    ['too much of it', { requestedQuantity: 1001 }, 'requested_quantity'],
  ])('refuses to negotiate with %s', async (_, init, field) => {
    const { error } = await negotiate('x', ['x'], init);
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(error?.message).toContain(field);
  });
});

describe('whatever comes, body-broker-integration', () =>
  itWithstandsNonsense('body-broker-integration', () => lab));
