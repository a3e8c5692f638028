import { expect, it } from 'vitest';
import { joined } from '../../../services/ai-integration/joined.ts';
import type { Piece } from '../../../services/ai-integration/provider.ts';
import { MOST_PARTS } from '../../../services/sdk/stream.ts';

const ENDED = { ended: { finishReason: 'stop', promptTokens: 1, completionTokens: 2 } };

/** So many words, `everyMs` apart, by a clock of the test's own. */
async function send(count: number, everyMs: number) {
  let at = 0;
  async function* words(): AsyncGenerator<Piece> {
    for (let i = 0; i < count; i++) {
      at += everyMs;
      yield { text: `w${i} ` };
    }
    yield ENDED;
  }
  const pieces: Piece[] = [];
  for await (const piece of joined(words(), () => at)) pieces.push(piece);
  const text = pieces.map((piece) => ('text' in piece ? piece.text : '')).join('');
  return { pieces, text };
}

it('sends the words of most texts as they come', async () => {
  const { pieces } = await send(149, 0);
  expect(pieces).toHaveLength(150);
  expect(pieces.slice(-2)).toEqual([{ text: 'w148 ' }, ENDED]);
});

it.each([
  ['at once', 8192, 0],
  ['fast', 8192, 14],
  ['for two minutes', 1200, 100],
])('sends no more parts than a reply may have of a long text that comes %s', async (_, count, everyMs) => {
  const { pieces, text } = await send(count, everyMs);
  expect(pieces.length).toBeLessThanOrEqual(MOST_PARTS);
  expect(text.trim().split(' ')).toHaveLength(count);
  expect(pieces.at(-1)).toEqual(ENDED);
});

it('says nothing where there is nothing to say, but how it ended', async () => {
  expect((await send(0, 0)).pieces).toEqual([ENDED]);
});
