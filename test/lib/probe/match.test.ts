import { expect, it } from 'vitest';
import { mismatches } from '../../../src/lib/probe/match.ts';

it.each([
  [{}, { a: 1 }],
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ list: [{ key: 'x' }] }, { list: [{ key: 'x', more: true }, { key: 'y' }] }],
  [{ off: false }, { off: false }],
])('%j is held by %j', (expected, actual) => expect(mismatches(expected, actual)).toEqual([]));

it.each([
  [{ a: 1 }, {}, 'reply.a is absent, not 1'],
  [{ a: { b: 'x' } }, { a: { b: 'y' } }, 'reply.a.b is "y", not "x"'],
  [{ list: [1] }, { list: [] }, 'reply.list[0] is absent, not 1'],
  [{ list: [1] }, { list: 'no' }, 'reply.list is "no", not a list'],
  [{ off: false }, {}, 'reply.off is absent, not false'],
])('%j is not held by %j', (expected, actual, where) =>
  expect(mismatches(expected, actual)).toEqual([where]),
);
