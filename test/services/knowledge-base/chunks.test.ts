import { expect, it } from 'vitest';
import { chunksOf } from '../../../services/knowledge-base/chunks.ts';

it('makes a passage of each paragraph', () => {
  expect(chunksOf('One. Two.\n\n \n\nThree.')).toEqual(['One. Two.', 'Three.']);
});

it('cuts a long paragraph between sentences, and what has none anywhere', () => {
  const sentence = `${'word '.repeat(60).trim()}.`;
  const chunks = chunksOf(Array(5).fill(sentence).join(' '));
  expect(chunks.every((chunk) => chunk.length <= 600 && chunk.endsWith('.'))).toBe(true);
  expect(chunksOf('x'.repeat(1500)).map(({ length }) => length)).toEqual([600, 600, 300]);
});

it('makes nothing of nothing', () => {
  expect(chunksOf(' \n\n ')).toEqual([]);
});
