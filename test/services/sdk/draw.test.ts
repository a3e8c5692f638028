import { expect, it } from 'vitest';
import { diceOf, draw, seedOf } from '../../../services/sdk/draw.ts';
import { hashOf } from '../../../services/sdk/hash.ts';

const MANY = Array.from({ length: 10_000 }, (_, i) => i);
const counted = <T>(values: T[]) => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

it('rolls the same for the same words, in the same order', () => {
  const rolls = (...words: (string | number)[]) => {
    const dice = diceOf(...words);
    return [dice.roll(), dice.between(1, 100), dice.pick(MANY), dice.shuffled([1, 2, 3, 4, 5])];
  };
  expect(rolls('story', 7)).toEqual(rolls('story', 7));
  expect(rolls('story', 7)).not.toEqual(rolls('story', 8));
  // These very numbers are in every place that was ever described, and in every zone's weather.
  expect([seedOf('weather', 'w', 'z'), draw(seedOf('weather', 'w', 'z'), 3)]).toEqual([
    563_035_612, 0.5784601904451847,
  ]);
});

it.each([
  ['of one seed', MANY.map((n) => draw(seedOf('one'), n))],
  ['of seeds that are alike', MANY.map((n) => diceOf('seed', n).roll())],
])('is fair: numbers %s are spread evenly', (_, rolls) => {
  const tenths = counted(rolls.map((roll) => Math.floor(roll * 10)));
  expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Seven standard deviations of a fair one.
  for (const count of tenths.values()) expect(Math.abs(count - 1_000)).toBeLessThan(210);
});

it('keeps to bounds and weights, and shuffles without loss', () => {
  const dice = diceOf('bounds');
  expect([...counted(MANY.map(() => dice.between(-1, 1))).keys()].sort()).toEqual([-1, 0, 1]);
  const heavy = counted(MANY.map(() => dice.weighed(['light', 'heavy', 'none'], (one) => WEIGHTS[one] ?? 0)));
  expect(heavy.get('none')).toBeUndefined();
  expect((heavy.get('heavy') ?? 0) / (heavy.get('light') ?? 1)).toBeCloseTo(3, 0);
  expect(dice.weighed(['none'], () => 0)).toBeUndefined();
  expect(dice.shuffled(MANY)).not.toEqual(MANY);
  expect(dice.shuffled(MANY).sort((a, b) => a - b)).toEqual(MANY);
});
const WEIGHTS: Record<string, number> = { light: 1, heavy: 3 };

it('makes one id of the same words, and another where one word ends elsewhere', () => {
  expect(hashOf('a', 'b')).toBe(hashOf('a', 'b'));
  expect(hashOf('a', 'b')).toMatch(/^[0-9a-f]{24}$/);
  expect(
    new Set([hashOf('a', 'b'), hashOf('ab'), hashOf('a\0b'), hashOf('a","b'), hashOf('b', 'a')]).size,
  ).toBe(5);
});
