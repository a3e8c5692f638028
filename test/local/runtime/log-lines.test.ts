import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES, splitLines } from '../../../src/local/runtime/log-lines.ts';

describe('log lines', () => {
  function linesOf(...chunks: (string | Buffer)[]): string[] {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line));
    for (const chunk of chunks) splitter.write(Buffer.from(chunk as string));
    splitter.end();
    return lines;
  }

  it('come out whole, however the output was cut, without empty ones', () => {
    expect(linesOf('on', 'e\ntw', 'o\n\nthree')).toEqual(['one', 'two', 'three']);
  });

  it('keep a character that two chunks share, and replace what is not UTF-8', () => {
    const euro = Buffer.from('€');
    expect(linesOf(euro.subarray(0, 1), euro.subarray(1), Buffer.from([0xff]), '!\n')).toEqual(['€\ufffd!']);
  });

  it('are cut between characters where CloudWatch would not take them', () => {
    const lines = linesOf(`${'€'.repeat(200_000)}\nnext\n`);
    expect(lines.every((line) => Buffer.byteLength(line) <= MAX_LINE_BYTES)).toBe(true);
    expect(lines.slice(0, -1).join('')).toBe('€'.repeat(200_000));
    expect(lines.at(-1)).toBe('next');
  });
});
