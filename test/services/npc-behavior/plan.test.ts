import { describe, expect, it } from 'vitest';
import { mindOf } from '../../../services/npc-behavior/mind.ts';
import { plan } from '../../../services/npc-behavior/plan.ts';

type Json = Parameters<typeof mindOf>[0];
const NIGHT = { hour: 23 };
const wolf = { id: 'wolf', distance: 10, strength: 0.6 };
const sword = { carries: ['weapon'] };

/** `type` or `type:what` of each action. */
const actions = (situation: Json, world: Json = { hour: 3 }) =>
  plan(mindOf(situation, world)).actions.map(({ type, params }) => {
    const what = params.to ?? params.target ?? params.from ?? params.item;
    return what === undefined ? type : `${type}:${what}`;
  });

it.each<[string, Json, Json, string[]]>([
  ['waits when there is nothing to do', {}, NIGHT, ['wait']],
  ['eats what it carries', { hunger: 0.8, carries: ['food'] }, NIGHT, ['eat:food']],
  [
    'buys food when it has gold',
    { hunger: 0.8, gold: 2 },
    { places: { market: 50, forest: 50 } },
    ['move:market', 'buy:food', 'eat:food'],
  ],
  [
    'forages when it has none',
    { hunger: 0.8, gold: 1 },
    { places: { market: 50, forest: 50 } },
    ['move:forest', 'forage:food', 'eat:food'],
  ],
  [
    'works for its food when there is nothing to forage',
    { hunger: 0.8 },
    { places: { market: 50, post: 20 } },
    ['move:post', 'work', 'move:market', 'buy:food', 'eat:food'],
  ],
  [
    'dines where the market is too far',
    { hunger: 0.8, gold: 5 },
    { places: { market: 900, tavern: 30 } },
    ['move:tavern', 'dine'],
  ],
  [
    'does not move to where it is',
    { hunger: 0.8, gold: 2, at: 'market' },
    { places: { market: 0 } },
    ['buy:food', 'eat:food'],
  ],
  ['does something else when no food can be had', { hunger: 0.8 }, NIGHT, ['wait']],
  ['sleeps at home', { energy: 0.2 }, { hour: 23, places: { home: 100 } }, ['move:home', 'sleep']],
  ['sleeps where it is when home is too far', { energy: 0.2 }, { hour: 23, places: { home: 900 } }, ['rest']],
  ['drinks a potion when it is hurt', { health: 0.3, carries: ['potion'] }, NIGHT, ['drink:potion']],
  [
    'is treated near an infirmary',
    { health: 0.3 },
    { places: { infirmary: 20 } },
    ['move:infirmary', 'be_treated'],
  ],
  ['dresses its wounds far from it', { health: 0.3 }, { places: { infirmary: 900 } }, ['bandage']],
  [
    'seeks shelter from a storm',
    {},
    { weather: 'storm', places: { home: 10, tavern: 500 } },
    ['move:home', 'stay_inside'],
  ],
  ['stays where it is in the rain', {}, { hour: 23, weather: 'rain', places: { home: 10 } }, ['wait']],
  [
    'goes inside when the alarm rings',
    {},
    { alarm: true, places: { home: 10 } },
    ['move:home', 'stay_inside'],
  ],
  ['goes to work in its hours', { role: 'hunter' }, { hour: 6, places: { post: 10 } }, ['move:post', 'work']],
  ['does not work at other hours', { role: 'hunter' }, { hour: 15, places: { post: 10 } }, ['wait']],
  ['greets who is friendly', { visitors: [{ id: 'ada', distance: 3, attitude: 0.5 }] }, NIGHT, ['greet:ada']],
  ['ignores who is not', { visitors: [{ id: 'ada', distance: 3, attitude: -0.5 }] }, NIGHT, ['wait']],
  [
    'trades, where it is a merchant',
    { role: 'merchant', visitors: [{ id: 'ada', distance: 3 }] },
    NIGHT,
    ['greet:ada', 'offer_goods:ada'],
  ],
])('%s', (_, situation, world, expected) => {
  expect(actions(situation, world)).toEqual(expected);
});

describe('a character in danger', () => {
  it('attacks when it dares, and a guard raises the alarm first', () => {
    expect(actions({ role: 'hunter', ...sword, threats: [wolf] })).toEqual(['attack:wolf']);
    expect(actions({ role: 'guard', ...sword, threats: [wolf] })).toEqual([
      'raise_alarm:wolf',
      'attack:wolf',
    ]);
    expect(actions({ role: 'guard', ...sword, threats: [wolf] }, { alarm: true })).toEqual(['attack:wolf']);
  });

  it('takes a weapon where one is near, and its fists where not', () => {
    const brave = { courage: 1, threats: [wolf] };
    expect(actions(brave, { places: { post: 10 } })).toEqual(['move:post', 'take_weapon', 'attack:wolf']);
    expect(actions(brave, { places: { post: 500 } })).toEqual(['brawl:wolf']);
  });

  it.each<[string, Json, Json]>([
    ['it is a coward', { courage: 0.2 }, {}],
    ['it is hurt', { health: 0.5 }, {}],
    ['it is unarmed', { carries: [] }, {}],
    ['there are many', { threats: [wolf, { ...wolf, id: 'x' }, { ...wolf, id: 'y' }] }, {}],
    ['the days are restless', { courage: 0.65 }, { danger: 1 }],
  ])('flees when %s', (_, situation, world) => {
    const brave = { role: 'hunter', ...sword, threats: [wolf] };
    expect(actions(brave)).toEqual(['attack:wolf']);
    expect(actions({ ...brave, ...situation }, world)).toEqual(['flee:wolf']);
  });

  it('stands with allies where it would have fled alone', () => {
    const alone = { courage: 0.5, ...sword, threats: [wolf] };
    expect(actions(alone)).toEqual(['flee:wolf']);
    expect(actions({ ...alone, allies: [{ id: 'bo', distance: 2 }] })).toEqual(['attack:wolf']);
  });

  it('deals with the nearest of equals, and with none out of sight', () => {
    const near = { ...wolf, id: 'near', distance: 2 };
    expect(actions({ courage: 1, ...sword, threats: [wolf, near] })).toEqual(['attack:near']);
    expect(actions({ threats: [{ ...wolf, distance: 60 }] })).toEqual(['wait']);
  });

  it('forgets its hunger, unless the threat is far', () => {
    const hungry = { hunger: 1, carries: ['food'], courage: 0 };
    expect(actions({ ...hungry, threats: [{ ...wolf, strength: 0.9 }] })).toEqual(['flee:wolf']);
    expect(actions({ ...hungry, threats: [{ ...wolf, distance: 50 }] })).toEqual(['eat:food']);
  });
});

it('tends whom it has to look after, with a potion where it has one', () => {
  const allies = [
    { id: 'bo', distance: 10, health: 0.9 },
    { id: 'al', distance: 20, health: 0.1 },
  ];
  expect(actions({ role: 'healer', allies })).toEqual(['approach:al', 'tend:al']);
  expect(actions({ role: 'guard', carries: ['potion'], allies })).toEqual(['approach:al', 'give:al']);
  expect(actions({ role: 'villager', allies })).toEqual(['wait']);
});

it('does not take what it carries for what it has done', () => {
  expect(actions({ hunger: 1, carries: ['fed', 'food', 'rested'] })).toEqual(['eat:food']);
});

it('says how far it is and what it costs', () => {
  const { actions } = plan(mindOf({ hunger: 1, gold: 2 }, { places: { market: 50 } }));
  expect(actions.map(({ params }) => params)).toEqual([
    { to: 'market', meters: 50 },
    { item: 'food', gold: 2 },
    { item: 'food' },
  ]);
});

it.each<[string, Json, Json, RegExp]>([
  ['an unknown role', { role: 'king' }, {}, /situation\.role must be one of guard/],
  ['health beyond one', { health: 2 }, {}, /situation\.health must be a number between 0 and 1/],
  ['a hunger that is no number', { hunger: Number.NaN }, {}, /situation\.hunger/],
  ['gold below zero', { gold: -1 }, {}, /situation\.gold/],
  ['a threat without id', { threats: [{}] }, {}, /situation\.threats\[0\]\.id/],
  ['threats that are no list', { threats: 'wolf' }, {}, /situation\.threats must be a list/],
  ['an ally that is none', { allies: ['bo'] }, {}, /situation\.allies\[0\] must be an object/],
  [
    'too many visitors',
    { visitors: Array.from({ length: 21 }, () => ({ id: 'x' })) },
    {},
    /situation\.visitors/,
  ],
  ['an hour that no day has', {}, { hour: 24 }, /world_state\.hour/],
  ['an alarm that is no yes or no', {}, { alarm: 'yes' }, /world_state\.alarm/],
  ['a place at no distance', {}, { places: { home: null } }, /world_state\.places\.home/],
  [
    'too many places',
    {},
    { places: Object.fromEntries([...'abcdefghijklmnopqrstu'].map((one) => [one, 1])) },
    /places/,
  ],
])('refuses %s', (_, situation, world, message) => {
  expect(() => mindOf(situation, world)).toThrow(message);
});
