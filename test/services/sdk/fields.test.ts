import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { MetaSchema } from '../../../services/gen/common_pb.js';
import { ConditionType, ConditionTypeSchema } from '../../../services/gen/weather_manager_pb.js';
import { Code, type ServiceError } from '../../../services/sdk/errors.ts';
import {
  enumOf,
  idOf,
  idsOf,
  jsonOf,
  listOf,
  metadataOf,
  oneOf,
  optionalTextOf,
  playerOf,
  someOf,
  textOf,
  within,
} from '../../../services/sdk/fields.ts';
import { fieldsOf } from '../../../services/sdk/json-fields.ts';

const refusal = (check: () => unknown) => {
  try {
    return check();
  } catch (error) {
    const { code, message } = error as ServiceError;
    return `${Code[code]}: ${message}`;
  }
};

it.each<[string, () => unknown, unknown]>([
  ['an id', () => idOf('id', 'x'.repeat(128)), 'x'.repeat(128)],
  ['ids, or none', () => [idsOf('ids', ['a', 'b'], 2), idsOf('ids', [], 2)], [['a', 'b'], []]],
  ['no text where none is needed', () => optionalTextOf('text', '', 4), ''],
  ['a number at its bounds', () => [within('n', 0, 0, 1), within('n', 1, 0, 1)], [0, 1]],
  ['a word that there is', () => oneOf('word', 'b', ['a', 'b']), 'b'],
  ['a name of an enum', () => enumOf('type', ConditionTypeSchema, ConditionType.FOG), ConditionType.FOG],
  ['metadata', () => metadataOf('metadata', { a: '' }), { a: '' }],
  ['JSON', () => jsonOf('json', { a: [1, null, { b: 'x' }] }, 30), { a: [1, null, { b: 'x' }] }],
])('takes %s', (_, check, value) => {
  expect(check()).toEqual(value);
});

it.each<[string, () => unknown, string]>([
  ['no id', () => idOf('id', ''), 'id is empty.'],
  ['a long id, by its bytes', () => idOf('id', 'ä'.repeat(65)), 'id is longer than 128 bytes.'],
  ['an empty one of ids', () => idsOf('ids', ['a', ''], 2), 'ids[1] is empty.'],
  ['too many ids', () => idsOf('ids', ['a', 'b'], 1), 'ids has more than 1 entries.'],
  ['a long text', () => textOf('text', 'xxx', 2), 'text is longer than 2 bytes.'],
  ['nothing of some', () => someOf('list', [], 2), 'list is empty.'],
  ['too many of a list', () => listOf('list', [1, 2, 3], 2), 'list has more than 2 entries.'],
  ['a number beyond', () => within('n', 1.1, 0, 1), 'n must be between 0 and 1.'],
  ['a number that is none', () => within('n', Number.NaN, 0, 1), 'n must be between 0 and 1.'],
  ['a word that every object has', () => oneOf('word', 'toString', ['a']), 'word must be one of a.'],
  ['a key of nothing', () => metadataOf('m', { '': 'x' }), 'A key of m is empty.'],
  [
    'a long value',
    () => metadataOf('m', { a: 'xx' }, { entries: 1, key: 1, value: 1 }),
    'm.a is longer than 1 bytes.',
  ],
  ['JSON that is larger', () => jsonOf('json', { a: 'x' }, 8), 'json is larger than 8 bytes.'],
  [
    'a number that JSON has not',
    () => jsonOf('json', { a: [{ b: Number.NaN }] }),
    'json.a.0.b is no finite number.',
  ],
])('refuses %s', (_, check, message) => {
  expect(refusal(check)).toBe(`INVALID_ARGUMENT: ${message}`);
});

it.each([0, 99, -1])('refuses %i for an enum, and says what there is', (value) => {
  expect(refusal(() => enumOf('type', ConditionTypeSchema, value as ConditionType))).toMatch(
    /^INVALID_ARGUMENT: type must be one of CONDITION_TYPE_CLEAR, .*CONDITION_TYPE_SANDSTORM\.$/,
  );
});

describe('a player', () => {
  const by = (userId: string) => create(MetaSchema, { userId });
  it('is asked for by itself, or by a service', () => {
    expect([playerOf('p', by('p')), playerOf('p', by('')), playerOf('p', undefined)]).toEqual([
      'p',
      'p',
      'p',
    ]);
  });
  it('is not asked for by another', () => {
    expect(refusal(() => playerOf('p', by('q')))).toMatch(/^PERMISSION_DENIED/);
    expect(refusal(() => playerOf('', by('q')))).toMatch(/^PERMISSION_DENIED/);
  });
});

describe('an object of JSON', () => {
  const given = fieldsOf('own', {
    ...{ level: 3, name: 'x', alarm: false, tags: ['b', 'a'], half: 0.5, gone: null },
    ...{ beings: [{ id: 'orc' }, {}], far: { b: 2, a: 1 } },
  });
  it('is read key by key, and what is absent is undefined', () => {
    expect([given.number('level', 0, 3), given.whole('level', 0, 3), given.number('none', 0, 1)]).toEqual([
      ...[3, 3, undefined],
    ]);
    expect([given.text('name'), given.text('toString'), given.required('name')]).toEqual([
      'x',
      undefined,
      'x',
    ]);
    expect([given.flag('alarm'), given.flag('none')]).toEqual([false, undefined]);
    expect([given.texts('tags', 2), given.texts('none', 2)]).toEqual([['b', 'a'], []]);
    expect(given.objects('beings', 2)[0]?.text('id')).toBe('orc');
    expect([...given.numbers('far', 2, [0, 2])]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it.each<[string, () => unknown, string]>([
    ['another type', () => given.number('name', 0, 1), 'own.name must be a number between 0 and 1.'],
    ['null', () => given.text('gone'), 'own.gone must be a text of 1 to 128 bytes.'],
    ['half of something whole', () => given.whole('half', 0, 1), 'own.half must be a whole number.'],
    ['a list that is none', () => given.texts('name', 2), 'own.name must be a list.'],
    ['a long list', () => given.texts('tags', 1), 'own.tags has more than 1 entries.'],
    ['an absent one', () => given.objects('beings', 2)[1]?.required('id'), 'own.beings[1].id is missing.'],
    ['a number beyond', () => given.numbers('far', 2, [0, 1]), 'own.far.b must be a number between 0 and 1.'],
    ['an unknown key', () => fieldsOf('own', { c: 1 }, ['a', 'b']), 'own has a, b, and no "c".'],
  ])('refuses %s', (_, read, message) => {
    expect(refusal(read)).toBe(`INVALID_ARGUMENT: ${message}`);
  });
});
