import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../../src/local/aws/logs/pattern/pattern.ts';

const json = JSON.stringify({
  level: 'error',
  n: 5,
  ok: false,
  none: null,
  ip: '10.0.0.7',
  'odd.name': 'x',
  user: { id: 1, emails: ['a@b.c', 'd@e.f'] },
  list: [{ id: 1 }, { id: 2 }],
  grid: [
    [1, 2],
    [3, 4],
  ],
});

describe('a pattern over JSON', () => {
  it.each([
    ['{ $.level = "error" }', true],
    ['{$.level=error}', true],
    ['{ $.level = "err*" }', true],
    ['{ $.level = "warn" }', false],
    ['{ $.level != "warn" }', true],
    ['{ $.absent != "warn" }', false],
    ['{ $.n > 3 && $.n <= 5 }', true],
    ['{ $.n = 5 }', true],
    ['{ $.n = 5.0 }', true],
    ['{ $.n < -1e3 }', false],
    ['{ $.level > 3 }', false],
    ['{ $.n > 9 || $.level = "error" && $.n >= 5 }', true],
    ['{ ($.n > 9 || $.level = "error") && $.n < 5 }', false],
    ['{ $.none IS NULL }', true],
    ['{ $.level IS NULL }', false],
    ['{ $.ok IS FALSE }', true],
    ['{ $.ok IS TRUE }', false],
    ['{ $.absent NOT EXISTS }', true],
    ['{ $.none EXISTS }', true],
    ['{ $.user.emails[1] = "d@e.f" }', true],
    ['{ $.user.emails[2] = "d@e.f" }', false],
    ['{ $.list[*].id = 2 }', true],
    ['{ $.list[*].id != 2 }', false],
    ['{ $.user.* = 1 }', true],
    ['{ $.grid[1][0] = 3 }', true],
    ["{ $.['odd.name'] = x }", true],
    ['{ $.ip = 10.0.0.* }', true],
    ['{ $.ip = %10\\.0\\.0\\.[0-9]$% }', true],
    ['{ $.ip != %^11% }', true],
  ])('%s', (pattern, expected) => {
    expect(parsePattern(pattern)(json)).toBe(expected);
  });

  it('finds nothing in what is not JSON', () => {
    expect(['plain', '{"half":', '7'].map(parsePattern('{ $.level NOT EXISTS }'))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('a pattern over columns', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
  it.each([
    ['[ip, id, user, time, request, status, size]', true],
    ['[ip, id, user, time, request, status]', false],
    ['[ip, ...]', true],
    ['[..., status, size]', true],
    ['[..., status = 4*, size > 1000]', true],
    ['[..., status = 5*, size]', false],
    ['[ip, id, user, ..., size < 1000]', false],
    ['[ip = 127.*, id, user = frank, ...]', true],
    ['[ip, id, user, time = "*2000*", request = *.html*, status != 200, size]', true],
    ['[..., status = 404 || status = 410, size]', true],
    ['[..., status != 404 && status != 410, size]', false],
    ['[ip = %^127\\.%, ...]', true],
  ])('%s', (pattern, expected) => {
    expect(parsePattern(pattern)(line)).toBe(expected);
  });
});

describe('a pattern of terms', () => {
  it.each([
    ['%4[0-9]{2}%', 'status 404', true],
    ['%4[0-9]{2}%', 'status 44', false],
    ['%[Ee]rror|fail% -%fails%', 'it fails', false],
    ['?%^a% ?%b$%', 'xb', true],
    ['ERROR "it said \\"no\\""', 'ERROR: it said "no"', true],
  ])('%s on %s', (pattern, line, expected) => {
    expect(parsePattern(pattern)(line)).toBe(expected);
  });
});

it.each([
  'a:b',
  '"open',
  '%open',
  '%(a)%',
  '%a!%',
  '%[a%',
  '%é%',
  '%a% %b% %c%',
  '{ $.a }',
  '{ $.a = }',
  '{ a = 1 }',
  '{ $.a = 1',
  '{ $.a = 1 } x',
  '{ $.a > x }',
  '{ ($.a = 1 }',
  '{ $ = 1 }',
  '{ $.a = 1 && }',
  '[a, b',
  '[a=]',
  '[a > b]',
  '[..., a, ...]',
  '[a = 1 || b = 2]',
  'x'.repeat(1025),
])('%s is refused', (pattern) => {
  expect(() => parsePattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
});
