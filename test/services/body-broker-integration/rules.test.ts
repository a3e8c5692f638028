import { describe, expect, it } from 'vitest';
import { DRUGS, FAMILIES, PARTS, TOOLS } from '../../../services/body-broker-integration/catalogue.ts';
import { answer, type Offer } from '../../../services/body-broker-integration/deal.ts';
import { dialogueOf } from '../../../services/body-broker-integration/dialogue.ts';
import { type Cut, harvest, type Part } from '../../../services/body-broker-integration/harvest.ts';
import {
  NEW_PLAYER,
  type Player,
  withDealDone,
  withHarvest,
  withOffer,
} from '../../../services/body-broker-integration/player.ts';

const cut = (changes: Partial<Cut> = {}): Cut => ({
  ...{ playerId: 'mara', targetId: 'body', types: ['heart'], tool: 'bone_saw' },
  circumstances: { hoursSinceDeath: 0, condition: 1, consented: false },
  ...changes,
});
const taken = (changes: Partial<Cut> = {}, xp = 0) => harvest({ harvests: [] }, cut(changes), xp);
const under = (circumstances: Partial<Cut['circumstances']>) =>
  taken({ circumstances: { ...cut().circumstances, ...circumstances } });
const quality = ({ parts }: { parts: Part[] }) => parts[0]?.quality ?? Number.NaN;

describe('a harvest', () => {
  it('is the same for the same body, and another for another', () => {
    expect(taken()).toEqual(taken());
    const qualities = Array.from({ length: 20 }, (_, i) => quality(taken({ targetId: `body-${i}` })));
    expect(new Set(qualities).size).toBeGreaterThan(10);
  });

  it('is better with the right tool, a skilled hand and a body in good condition', () => {
    const [wrong, knife, right] = ['scalpel', 'knife', 'bone_saw'].map((tool) => quality(taken({ tool })));
    expect(wrong).toBeLessThan(knife ?? 0);
    expect(knife).toBeLessThan(right ?? 0);
    const [novice, adept, master, beyond] = [0, 600, 2500, 9999].map((xp) => quality(taken({}, xp)));
    expect([novice, adept, master].toSorted()).toEqual([novice, adept, master]);
    expect(adept).not.toBe(novice);
    expect(beyond).toBe(master);
    expect(quality(under({ condition: 0.5 }))).toBeCloseTo(quality(under({})) / 2, 1);
  });

  it('is fresh for two days, less and less', () => {
    const fresh = [0, 24, 48, 1000].map((hoursSinceDeath) => under({ hoursSinceDeath }).parts[0]?.freshness);
    expect(fresh).toEqual([1, 0.5, 0, 0]);
  });

  it('teaches, and weighs on the conscience, half as much with consent', () => {
    expect(under({}).morality).toBe(-5);
    expect(under({ consented: true }).morality).toBe(-3);
    expect(taken({ types: ['hair'], tool: 'shears' }).morality).toBe(0);
    expect(taken({ types: ['hair', 'heart'] }).xp).toBeGreaterThan(taken().xp);
  });

  it('finds no part twice in a body', () => {
    const first = taken();
    expect(() =>
      harvest({ harvests: [first] }, cut({ playerId: 'wren', types: ['eye', 'heart'] }), 0),
    ).toThrow('The heart of this target was taken already.');
    expect(harvest({ harvests: [first] }, cut({ types: ['eye'] }), 0).parts).toHaveLength(1);
  });
});

const part = (type: string, changes: Partial<Part> = {}): Part => ({
  ...{ id: `p-${type}`, type, quality: 1, freshness: 1, tool: 'knife' },
  ...changes,
});
const offer = (changes: Partial<Offer> = {}): Offer => ({
  ...{ playerId: 'mara', familyId: 'carrow', parts: [part('liver')], drug: 'grave_dust', quantity: 1 },
  ...{ standing: 0, dealsDone: 0 },
  ...changes,
});

describe('an offer', () => {
  // A liver in perfect state is worth 80, grave dust costs 15: five are to be had, and 5 coins.
  it.each([
    [1, { isAccepted: true, drug: 'grave_dust', quantity: 1, coins: 0, relationship: 3 }],
    [4, { isAccepted: true, drug: 'grave_dust', quantity: 4, coins: 0, relationship: 2 }],
    [5, { isAccepted: true, drug: 'grave_dust', quantity: 5, coins: 0, relationship: 1 }],
    [6, { isAccepted: false, drug: 'grave_dust', quantity: 5, coins: 5, relationship: 0 }],
    [11, { isAccepted: false, drug: 'grave_dust', quantity: 5, coins: 5, relationship: -2 }],
  ])('for %d of a drug is answered by what it is worth', (quantity, expected) => {
    expect(answer(offer({ quantity }))).toMatchObject({ ...expected, status: 'open' });
  });

  it('is worth the more, the better and fresher its parts are, and to the family’s taste', () => {
    const most = (changes: Partial<Part>, familyId = 'carrow', type = 'liver') => {
      const parts = [part(type, changes)];
      const { drug, quantity, coins } = answer(offer({ familyId, parts, drug: 'moon_sap', quantity: 1000 }));
      return [quantity, drug, coins];
    };
    expect(most({})).toEqual([1, 'moon_sap', 20]);
    expect(most({ freshness: 0 })).toEqual([1, 'red_sleep', 15]);
    expect(most({ quality: 0 })).toEqual([1, 'grave_dust', 9]);
    expect(most({}, 'carrow', 'heart')).toEqual([3, 'moon_sap', 0]);
    expect(most({}, 'voss', 'liver')).toEqual([1, 'veil', 0]);
  });

  it('for what the family does not sell gets something that it sells', () => {
    expect(answer(offer({ drug: 'veil' }))).toMatchObject({
      isAccepted: false,
      drug: 'moon_sap',
      quantity: 1,
      relationship: 0,
    });
  });

  it('that buys nothing of it gets something cheaper, and one that buys nothing is refused', () => {
    const poor = [part('hair', { quality: 0.8, freshness: 0.5 })];
    expect(
      answer(offer({ familyId: 'tallow', drug: 'red_sleep', parts: [part('bone', { freshness: 0 })] })),
    ).toMatchObject({
      ...{ isAccepted: false, drug: 'hollow_tea', quantity: 1, relationship: 0 },
    });
    expect(answer(offer({ parts: poor }))).toMatchObject({ status: 'refused', drug: '', relationship: -2 });
  });

  it('is dearer to a friend, and nothing to somebody whom the family despises', () => {
    const most = (standing: number) => answer(offer({ standing, quantity: 1000 })).quantity;
    expect([most(-40), most(0), most(100)]).toEqual([4, 5, 7]);
    expect(answer(offer({ standing: -50 }))).toMatchObject({ status: 'refused', relationship: 0 });
  });

  it('has the same id and words in any order of its parts, and others when a deal was done', () => {
    const parts = [part('eye'), part('bone')];
    const [one, same] = [parts, parts.toReversed()].map((some) => answer(offer({ parts: some })));
    expect(same).toEqual(one);
    expect(answer(offer({ parts, dealsDone: 1 })).id).not.toBe(one?.id);
  });

  it('is answered in words that say what is given', () => {
    const [greeting, outcome] = dialogueOf(answer(offer({ quantity: 6 })));
    expect(greeting).toContain('House Carrow');
    expect(outcome).toContain('5 of grave dust');
    expect(dialogueOf(answer(offer({ quantity: 11 })))[1]).toMatch(/insult|forget/);
    expect(dialogueOf(answer(offer({ standing: -50 })))[0]).toMatch(/House Carrow/);
    expect(dialogueOf(answer(offer({ familyId: 'tallow', standing: 50 })))[0]).toMatch(
      /^(The Tallow King|"My dear)/,
    );
  });
});

describe('a player', () => {
  const owning: Player = { ...NEW_PLAYER, parts: [part('liver'), part('eye')] };
  const wish = {
    playerId: 'mara',
    familyId: 'carrow',
    partIds: ['p-liver'],
    drug: 'grave_dust',
    quantity: 11,
  };
  const accepting = (player: Player) => {
    const { deal, next } = withOffer(player, { ...wish, quantity: 4 });
    return { deal, next: next ?? player };
  };

  it('has each harvest once', () => {
    const once = withHarvest(NEW_PLAYER, taken());
    expect(once).toMatchObject({ morality: -5, parts: [{ type: 'heart' }] });
    expect(withHarvest(once ?? NEW_PLAYER, taken())).toBeUndefined();
  });

  it('insults a family once by one offer', () => {
    const { deal, next } = withOffer(owning, wish);
    expect(next?.standing).toEqual({ carrow: -2 });
    expect(withOffer(next ?? owning, wish)).toEqual({ deal });
  });

  it('gives the parts and gets the drugs when the deal is done, once', () => {
    const { deal, next } = accepting(owning);
    expect(next.standing).toEqual({});
    const done = withDealDone(next, deal.id);
    expect(done).toMatchObject({ drugs: { grave_dust: 4 }, standing: { carrow: 2 }, dealsDone: 1 });
    expect(done?.parts.map(({ id }) => id)).toEqual(['p-eye']);
    expect(withDealDone(done ?? owning, deal.id)).toBeUndefined();
  });

  it('cannot give one part in two deals', () => {
    const first = accepting(owning);
    const second = withOffer(first.next, { ...wish, familyId: 'tallow', quantity: 1 });
    const done = withDealDone(second.next ?? owning, first.deal.id);
    expect(() => withDealDone(done ?? owning, second.deal.id)).toThrow('traded away');
  });
});

it('every family sells drugs that there are, and has a taste for parts that there are', () => {
  for (const { sells, likes, dislikes } of Object.values(FAMILIES)) {
    for (const drug of sells) expect(DRUGS[drug]).toBeGreaterThan(0);
    for (const type of [likes, dislikes]) expect(PARTS[type]).toBeDefined();
    expect(sells.map((drug) => DRUGS[drug] ?? 0)).toEqual(
      sells.map((drug) => DRUGS[drug] ?? 0).toSorted((a, b) => b - a),
    );
  }
  for (const { tool } of Object.values(PARTS)) expect(TOOLS[tool]).toBeDefined();
});
