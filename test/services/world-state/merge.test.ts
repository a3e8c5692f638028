import { expect, it } from 'vitest';
import { type Entity, nextEntity } from '../../../services/world-state/entity.ts';
import { withFlags } from '../../../services/world-state/flags.ts';
import { patched } from '../../../services/world-state/merge.ts';

const DOOR: Entity = {
  id: 'door',
  type: 'door',
  properties: { wood: 'oak' },
  tags: ['old'],
  state: { open: false, lock: { level: 2 } },
  updatedMs: 1000,
};
const given = (change: Partial<Entity>) => ({
  ...{ id: 'door', type: '', properties: {}, tags: [], state: {} },
  ...change,
});

// The examples of RFC 7396, appendix A.
it.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched with %j is %j', (current, patch, expected) => {
  expect(patched(current, patch)).toEqual(expected);
});

it('takes __proto__ for a key like others', () => {
  const result = patched({}, JSON.parse('{"__proto__":{"open":true}}'));
  expect(JSON.stringify(result)).toBe('{"__proto__":{"open":true}}');
});

it('merges what is given into what is there', () => {
  const change = given({ tags: ['creaks'], state: { open: true, lock: { level: null, broken: true } } });
  expect(nextEntity(DOOR, change, true, 2000)).toEqual({
    ...DOOR,
    tags: ['creaks', 'old'],
    state: { open: true, lock: { broken: true } },
    updatedMs: 2000,
  });
});

it('is what is given alone, where nothing is merged', () => {
  const change = given({ type: 'gate', tags: ['b', 'a', 'b'] });
  expect(nextEntity(DOOR, change, false, 2000)).toEqual({ ...change, tags: ['a', 'b'], updatedMs: 2000 });
});

it('is no change when it is like that already, in whatever order of keys', () => {
  const same = given({ type: 'door', properties: { wood: 'oak' }, tags: ['old', 'old'] });
  expect(nextEntity(DOOR, same, true, 2000)).toBeUndefined();
  const whole = { ...same, state: { lock: { level: 2 }, open: false } };
  expect(nextEntity(DOOR, whole, false, 2000)).toBeUndefined();
});

it('never has an earlier time than before, though the clock went back', () => {
  expect(nextEntity(DOOR, given({ tags: ['x'] }), true, 5)?.updatedMs).toBe(1001);
});

it('refuses an entity that became too large', () => {
  const change = given({ state: { text: 'x'.repeat(70_000) } });
  expect(() => nextEntity(DOOR, change, true, 2000)).toThrow(/entities_to_update: door would have \d+ bytes/);
});

it('changes flags by name, and says which are another now', () => {
  const flags = { war: { value: true, updatedMs: 1 }, king: { value: { name: 'A' }, updatedMs: 1 } };
  const wanted = new Map<string, boolean | null | object>([
    ['war', null],
    ['king', { heir: 'B' }],
    ['peace', null],
  ]);
  expect(withFlags(flags, wanted as Parameters<typeof withFlags>[1], true, 9)).toEqual({
    flags: { king: { value: { name: 'A', heir: 'B' }, updatedMs: 9 } },
    changed: ['king', 'war'],
  });
});
