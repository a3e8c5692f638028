import type { JsonObject } from '@bufbuild/protobuf';
import { SHELTERS } from './goals.ts';
import type { Mind } from './mind.ts';

/** Something that a character can do in its situation, and what becomes of it. */
export interface Action {
  type: string;
  params: JsonObject;
  /** Effort and risk, in about seconds. */
  cost: number;
  /** Where it has to be; absent: anywhere. */
  at?: string;
  /** Where it is then. */
  to?: string;
  /** What it spends; below zero: earns. */
  gold?: number;
  /** Facts that have to be there. */
  needs?: string[];
  gives?: string[];
  takes?: string[];
}

const PRICE = { food: 2, potion: 10, meal: 3, bed: 5 };
const WAGE = 5;

/** All that it could do, in an order that follows from the situation alone. */
export function actionsOf(mind: Mind): Action[] {
  return [
    ...[...mind.places].map(([to, meters]) => ({
      ...{ type: 'move', params: { to, meters }, cost: 1 + meters / 2, to },
    })),
    ...fighting(mind),
    ...caring(mind),
    ...living(),
    ...company(mind),
    { type: 'work', params: {}, cost: 60, at: 'post', gold: -WAGE, gives: ['worked'] },
    { type: 'wait', params: {}, cost: 10, gives: ['waited'] },
  ];
}

function fighting({ threats: [worst] }: Mind): Action[] {
  if (!worst) return [];
  const params = { target: worst.id };
  const gives = ['threat_gone'];
  return [
    { type: 'attack', params, cost: 5 + 20 * worst.strength, needs: ['weapon'], gives },
    { type: 'brawl', params, cost: 15 + 60 * worst.strength, gives },
    { type: 'take_weapon', params: {}, cost: 2, at: 'post', gives: ['weapon'] },
    { type: 'flee', params: { from: worst.id }, cost: 5, gives: ['away'] },
    { type: 'raise_alarm', params, cost: 1, gives: ['alarmed'] },
  ];
}

function caring({ allies: [worst] }: Mind): Action[] {
  const own: Action[] = [
    {
      type: 'drink',
      params: { item: 'potion' },
      cost: 2,
      needs: ['potion'],
      gives: ['healthy'],
      takes: ['potion'],
    },
    { type: 'be_treated', params: {}, cost: 20, at: 'infirmary', gives: ['healthy'] },
    { type: 'bandage', params: {}, cost: 60, gives: ['healthy'] },
  ];
  if (!worst) return own;
  const params = { target: worst.id };
  const beside = `beside ${worst.id}`;
  const gives = ['ally_tended'];
  return [
    ...own,
    { type: 'approach', params, cost: 1 + worst.distance / 2, to: beside },
    {
      type: 'give',
      params: { ...params, item: 'potion' },
      cost: 2,
      at: beside,
      needs: ['potion'],
      gives,
      takes: ['potion'],
    },
    { type: 'tend', params, cost: 20, at: beside, gives },
  ];
}

function living(): Action[] {
  const buy = (item: 'food' | 'potion'): Action => ({
    ...{ type: 'buy', params: { item, gold: PRICE[item] }, cost: 5, at: 'market' },
    ...{ gold: PRICE[item], gives: [item] },
  });
  return [
    buy('food'),
    buy('potion'),
    { type: 'forage', params: { item: 'food' }, cost: 40, at: 'forest', gives: ['food'] },
    { type: 'eat', params: { item: 'food' }, cost: 5, needs: ['food'], gives: ['fed'], takes: ['food'] },
    { type: 'dine', params: { gold: PRICE.meal }, cost: 15, at: 'tavern', gold: PRICE.meal, gives: ['fed'] },
    { type: 'sleep', params: {}, cost: 10, at: 'home', gives: ['rested'] },
    {
      type: 'sleep',
      params: { gold: PRICE.bed },
      cost: 15,
      at: 'tavern',
      gold: PRICE.bed,
      gives: ['rested'],
    },
    { type: 'rest', params: {}, cost: 200, gives: ['rested'] },
    ...SHELTERS.map((at) => ({ type: 'stay_inside', params: {}, cost: 1, at, gives: ['sheltered'] })),
  ];
}

function company({ visitors: [nearest] }: Mind): Action[] {
  if (!nearest) return [];
  const params = { target: nearest.id };
  return [
    { type: 'greet', params, cost: 2, gives: ['greeted'] },
    { type: 'offer_goods', params, cost: 5, needs: ['greeted'], gives: ['traded'] },
  ];
}
