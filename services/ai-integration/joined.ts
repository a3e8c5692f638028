import type { Piece } from './provider.ts';

/** So many parts are sent as they come; more than most texts have. */
const AT_ONCE = 150;
/** From then on one in this time, so that two minutes make 600 more, of the 800 that a reply may have. Milliseconds. */
const EACH_MS = 200;

/** The same text in fewer pieces, where it would have more than a reply may have parts. */
export async function* joined(
  pieces: AsyncIterable<Piece>,
  now: () => number = () => performance.now(),
): AsyncGenerator<Piece> {
  let held = '';
  let sent = 0;
  let due = 0;
  for await (const piece of pieces) {
    if ('text' in piece) {
      held += piece.text;
      if (held === '' || (sent >= AT_ONCE && now() < due)) continue;
    }
    if (held !== '') yield { text: held };
    if ('ended' in piece) yield piece;
    held = '';
    sent++;
    due = now() + EACH_MS;
  }
}
