import { expect, it } from 'vitest';
import { situationOf } from '../../../services/quest-system/context.ts';
import { type Difficulty, generate } from '../../../services/quest-system/generate.ts';
import { KINDS } from '../../../services/quest-system/kinds.ts';

type Context = Parameters<typeof situationOf>[0];
const quest = (seed: number, context: Context = {}, difficulty: Difficulty = 'normal', playerId = 'p') =>
  generate({ playerId, seed: BigInt(seed), situation: situationOf(context), difficulty });
/** Many quests, of one seed each. */
const quests = (context: Context = {}, difficulty: Difficulty = 'normal') =>
  Array.from({ length: 200 }, (_, seed) => quest(seed, context, difficulty));
const objectives = (context: Context = {}, difficulty: Difficulty = 'normal') =>
  quests(context, difficulty).flatMap((one) => one.objectives);
const typesOf = (context: Context = {}) => new Set(objectives(context).map(({ type }) => type));
const share = (type: string, context: Context = {}) =>
  quests(context).filter((one) => one.objectives.some((objective) => objective.type === type)).length / 200;
const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

it('makes the same quest of the same wish', () => {
  expect(quest(7, { level: 3, npcs: ['a', 'b'] })).toEqual(quest(7, { level: 3, npcs: ['b', 'a', 'b'] }));
});

it('makes another quest of another seed, player, difficulty or context', () => {
  const others = [quest(8), quest(7, {}, 'hard'), quest(7, { level: 2 }), quest(7, {}, 'normal', 'q')];
  expect(new Set([quest(7), ...others].map(({ questId }) => questId)).size).toBe(5);
  expect(new Set(quests().map(({ description }) => description)).size).toBeGreaterThan(190);
});

it.each<[Difficulty, number, number]>([
  ['easy', 1, 2],
  ['normal', 2, 3],
  ['hard', 3, 5],
])('gives an %s quest %i to %i objectives, none of one type twice', (difficulty, least, most) => {
  const all = quests({ time_of_day: 'night' }, difficulty);
  const counts = new Set(all.map((one) => one.objectives.length));
  expect([Math.min(...counts), Math.max(...counts)]).toEqual([least, most]);
  for (const one of all)
    expect(new Set(one.objectives.map(({ type }) => type)).size).toBe(one.objectives.length);
});

it('asks for more where it is harder and where the player is better', () => {
  const counts = (context: Context, difficulty: Difficulty) =>
    mean(objectives(context, difficulty).flatMap(({ params }) => (params.count as number) ?? []));
  expect(counts({}, 'easy')).toBeLessThan(counts({}, 'normal'));
  expect(counts({}, 'normal')).toBeLessThan(counts({}, 'hard'));
  expect(counts({ level: 80 }, 'normal')).toBeGreaterThan(2 * counts({}, 'normal'));
});

it('sends enemies of the player’s level, and above where it is hard', () => {
  const levels = (difficulty: Difficulty) =>
    new Set(objectives({ level: 20 }, difficulty).flatMap(({ params }) => params.enemy_level ?? []));
  expect([...levels('easy'), ...levels('normal'), ...levels('hard')]).toEqual([18, 20, 23]);
  const names = new Set(objectives({ level: 20 }).flatMap(({ params }) => params.enemy ?? []));
  expect([...names].sort()).toEqual(['bandit', 'ghoul', 'wolf']);
});

it('sets a time limit for what is hard, and for nothing else', () => {
  const timed = (difficulty: Difficulty) =>
    quests({}, difficulty).filter((one) => one.objectives.at(-1)?.params.time_limit_minutes).length;
  expect([timed('easy'), timed('normal'), timed('hard')]).toEqual([0, 0, 200]);
});

it('is about what the caller names', () => {
  const context = { enemies: ['lich'], npcs: ['Ada'], items: ['orb'], places: ['Kyr'] };
  for (const { params } of objectives(context))
    for (const [key, name] of [
      ['enemy', 'lich'],
      ['npc', 'Ada'],
      ['item', 'orb'],
      ['place', 'Kyr'],
    ] as const)
      expect([undefined, name]).toContain(params[key]);
  expect(share('defeat', { enemies: ['lich'] })).toBeGreaterThan(share('defeat') + 0.1);
});

it('takes place where the player is, where no place is named', () => {
  const places = objectives({ location: 'Kyr' }).flatMap(({ params }) => params.place ?? []);
  expect(new Set(places)).toEqual(new Set(['Kyr']));
});

it('lets nobody hold out through a calm day', () => {
  expect(typesOf({ time_of_day: 'day', weather: 'clear' })).not.toContain('survive');
  expect(typesOf({ time_of_day: 'night' })).toContain('survive');
  expect(typesOf({ weather: 'storm' })).toContain('survive');
});

it('leaves out what the player had of late, while there is something else', () => {
  expect(typesOf({ completed: ['defeat', 'talk'] })).toEqual(
    new Set(['explore', 'collect', 'escort', 'deliver']),
  );
  const all = KINDS.map(({ type }) => type);
  expect(quest(1, { completed: all }).objectives.length).toBeGreaterThan(1);
});

it('has what the player likes more often', () => {
  expect(share('escort', { preferred: ['escort'] })).toBeGreaterThan(share('escort') + 0.2);
});

it('tells its difficulty, types and circumstances as tags', () => {
  const one = quest(3, { time_of_day: 'night', weather: 'storm' }, 'easy');
  expect(one.tags).toEqual(
    [...new Set(['easy', 'night', 'storm', ...one.objectives.map(({ type }) => type)])].sort(),
  );
});

it.each<[string, Context, RegExp]>([
  ['a level that is none', { level: 0 }, /context\.level/],
  ['half a level', { level: 1.5 }, /context\.level/],
  ['a level that is no number', { level: Number.NaN }, /context\.level/],
  ['a level beyond the last', { level: 101 }, /context\.level/],
  ['a place that is a number', { location: 5 }, /context\.location/],
  ['npcs that are one text', { npcs: 'Ada' }, /context\.npcs must be a list/],
  ['an enemy without name', { enemies: ['lich', ''] }, /context\.enemies\[1\]/],
  ['too many items', { items: Array.from({ length: 51 }, (_, i) => `${i}`) }, /context\.items/],
  ['a word of a kilobyte', { weather: 'x'.repeat(1000) }, /context\.weather/],
])('refuses %s', (_, context, message) => {
  expect(() => situationOf(context)).toThrow(message);
});
