import width from 'fast-string-width';
import { Text } from 'ink';
import { createContext, createElement as h, type ReactElement, useContext } from 'react';
import { plain } from '../paint.ts';

/** A piece of a line. */
export interface Span {
  text: string;
  color?: string | undefined;
  dim?: boolean | undefined;
  bold?: boolean | undefined;
}

interface Props {
  spans: (Span | string)[];
  /** Of the whole line. */
  dim?: boolean | undefined;
  inverse?: boolean | undefined;
}

/** Whether colours are wanted: NO_COLOR, `--no-color`. */
export const Coloured = createContext(true);

/** One line of the screen, never more: what has no room is cut off. Whatever it holds is made safe for a terminal here. */
export function Line({ spans, dim = false, inverse = false }: Props): ReactElement {
  const coloured = useContext(Coloured);
  return h(
    Text,
    { wrap: 'truncate', dimColor: dim, inverse },
    ...spans.map((span, i) => {
      const { text, color, dim: faint, bold } = typeof span === 'string' ? ({ text: span } as Span) : span;
      const style = {
        ...(color !== undefined && coloured && !dim && { color }),
        dimColor: dim || faint === true,
      };
      return h(Text, { key: i, bold: bold === true, ...style }, safe(text));
    }),
  );
}

/** Characters of a text that are looked at at all: no terminal is wider. */
const WIDEST = 1000;

/** Without what is not seen and moves the rest, and without breaks. */
function safe(text: string): string {
  return plain(text.slice(0, WIDEST))
    .replace(/[\t\n\u2028\u2029]/g, ' ')
    .replace(UNSEEN, '');
}

/** Characters of no width: they would only put columns out of line. */
const UNSEEN = /[\u200b-\u200f\u2060\ufeff]/g;

/** As wide as asked, cut off or filled up. @param right whether it stands at the right, as numbers do */
export function fitted(text: string, columns: number, right = false): string {
  let cut = safe(text).trim().replace(/ +/g, ' ');
  if (width(cut) > columns) {
    const letters = [...cut];
    while (letters.length > 0 && width(letters.join('')) > columns - 1) letters.pop();
    cut = columns > 0 ? `${letters.join('')}…` : '';
  }
  const fill = ' '.repeat(Math.max(0, columns - width(cut)));
  return right ? fill + cut : cut + fill;
}
