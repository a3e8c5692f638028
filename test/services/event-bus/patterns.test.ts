import { describe, expect, it } from 'vitest';
import { covers, distinct, intersection, isEventPattern } from '../../../services/event-bus/patterns.ts';

it.each([
  ['evt.quest.>', 'evt.*.changed.v1', 'evt.quest.changed.v1'],
  ['evt.>', 'evt.quest.>', 'evt.quest.>'],
  ['evt.*.a', 'evt.b.*', 'evt.b.a'],
  ['evt.quest.>', 'evt.npc.>', undefined],
  ['evt.quest.>', 'evt.quest', undefined],
  ['evt.*', 'evt.a.b', undefined],
])('%s and %s have %s in common', (one, other, both) => {
  expect(intersection(one, other)).toBe(both);
  expect(intersection(other, one)).toBe(both);
});

it('a pattern covers itself, and what it has as a wildcard', () => {
  expect(covers('evt.*.changed.v1', 'evt.settings.changed.v1')).toBe(true);
  expect(covers('evt.settings.changed.v1', 'evt.*.changed.v1')).toBe(false);
  expect(covers('evt.>', 'evt.>')).toBe(true);
});

it.each(['evt.quest.>', 'evt.*.changed.v1', 'evt.>', 'evt.a_b.v1'])('%s is a pattern', (pattern) => {
  expect(isEventPattern(pattern)).toBe(true);
});

it.each(['evt', '>', 'evt.', 'evt..a', 'evt.>.a', 'evt.A', 'evt.a b', 'svc.quest.>', '$KV.>', 'evt.a*', ''])(
  '%j is none',
  (pattern) => expect(isEventPattern(pattern)).toBe(false),
);

describe('of several patterns', () => {
  it('those that others cover are left out', () =>
    expect(distinct(['evt.quest.a', 'evt.quest.>', 'evt.quest.>'])).toEqual(['evt.quest.>']));

  it('two that overlap are named', () =>
    expect(distinct(['evt.quest.>', 'evt.*.a'])).toEqual({ overlap: ['evt.quest.>', 'evt.*.a'] }));
});
