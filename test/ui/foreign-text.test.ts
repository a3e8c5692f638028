import { describe, expect, it } from 'vitest';
import { plain } from '../../src/ui/paint.ts';
import { safeJson } from '../../src/ui/safe-json.ts';

const CASES: [string, string, string][] = [
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a clipboard that is written', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
  ['a title that is set', 'a\u001b]0;evil\u001b\\b', 'ab'],
  ['an escape without an end', 'a\u001b]52;c;', 'a;'],
  ['a cursor that goes back', 'good\rbad\b\b\b', 'goodbad'],
  ['controls of eight bits', 'a\u009b31mb\u0090c\u007f', 'abc'],
  ['a direction that is turned', 'user\u202e\u2066nimda\u2069\u202c', 'usernimda'],
  ['tabs and line breaks', 'a\tb\nc', 'a\tb\nc'],
  ['letters of the world', 'naïve 日本 🙂 עברית\u200f', 'naïve 日本 🙂 עברית\u200f'],
];

describe('text that somebody else wrote', () => {
  it.each(CASES)('with %s is only text', (_, foreign, shown) => {
    expect(plain(foreign)).toBe(shown);
  });

  it.each(CASES)('with %s is the same in JSON, and acts upon no terminal', (_, foreign) => {
    const text = safeJson({ message: foreign }, 2);
    expect(JSON.parse(text)).toEqual({ message: foreign });
    expect(plain(text)).toBe(text);
  });
});
