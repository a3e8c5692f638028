import { type Language, LONGEST, type Meaning, meaningsOf } from './dictionary.ts';

/** What translates, in each reply: nobody shall take it for more. */
export const TRANSLATOR = 'gsys-dictionary-1 (word for word, no grammar)';

export interface Translation {
  text: string;
  /** With another meaning of one word each. */
  alternatives: string[];
  words: number;
  known: number;
}

export interface Direction {
  from: Language;
  to: Language;
  /** Meanings of this domain go first. */
  domain: string;
  /** The caller's own words, in small letters. */
  own: Map<string, string>;
}

const MAX_ALTERNATIVES = 3;

/** Puts the dictionary's words in the place of the text's, the longest phrases first; all else stays as it is. */
export function translate(text: string, direction: Direction): Translation {
  const pieces = piecesOf(text, direction);
  const render = (at = -1, instead = '') =>
    pieces.map((piece, i) => (i === at ? instead : piece.text)).join('');
  const chosen = render();
  const others = pieces.flatMap((piece, i) => piece.others.map((other) => ({ i, other })));
  return {
    text: chosen,
    alternatives: others.slice(0, MAX_ALTERNATIVES).map(({ i, other }) => render(i, other)),
    words: sum(pieces.map(({ words }) => words)),
    known: sum(pieces.map(({ words, known }) => (known ? words : 0))),
  };
}

/** How much of a text the dictionary knows in a language; 0 to 1. */
export function coverage(text: string, language: Language): number {
  const { words, known } = translate(text, { from: language, to: language, domain: '', own: new Map() });
  return words === 0 ? 0 : known / words;
}

interface Piece {
  text: string;
  others: string[];
  /** Of the source. */
  words: number;
  known: boolean;
}

function piecesOf(text: string, direction: Direction): Piece[] {
  // What matched stands at the odd places.
  const tokens = text.split(/(\p{L}+(?:['’-]\p{L}+)*)/u);
  const longest = Math.max(LONGEST, ...[...direction.own.keys()].map((phrase) => phrase.split(' ').length));
  const pieces: Piece[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    const found = i % 2 === 1 ? longestAt(tokens, i, longest, direction) : undefined;
    pieces.push(found?.piece ?? { text: token, others: [], words: i % 2, known: false });
    i += 2 * ((found?.piece.words ?? 1) - 1);
  }
  return pieces;
}

/** The longest phrase that begins here and is known. */
function longestAt(tokens: string[], at: number, longest: number, direction: Direction) {
  const begins = at === 1 || /[.!?…]/.test(tokens[at - 1] ?? '');
  for (let words = longest; words >= 1; words--) {
    const span = tokens.slice(at, at + 2 * words - 1);
    if (span.length < 2 * words - 1 || span.some((token, i) => i % 2 === 1 && token.trim() !== '')) continue;
    const source = span.map((token, i) => (i % 2 === 1 ? ' ' : token)).join('');
    const [first, ...others] = new Set(
      entriesFor(source, direction).map((entry) => inCaseOf(source, entry, begins)),
    );
    if (first !== undefined) return { piece: { text: first, others, words, known: true } };
  }
  return undefined;
}

interface Entry {
  /** As the dictionary writes it in the source's language; absent: the caller's own. */
  spelling?: string | undefined;
  word: string;
}

/** The word to take, and what else it could mean. */
function entriesFor(source: string, { from, to, domain, own }: Direction): Entry[] {
  const phrase = source.toLowerCase().replaceAll('’', "'");
  const given = own.get(phrase);
  if (given !== undefined) return [{ word: given }];
  const rank = (meaning: Meaning) => (domain !== '' && meaning.domain === domain ? 0 : 1);
  return meaningsOf(phrase, from)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ words }) => ({
      spelling: words[from].find((spelling) => spelling.toLowerCase() === phrase),
      word: words[to][0] ?? '',
    }));
}

/** A word in capitals stays in capitals. One that begins with one does so again, unless it always does: Haus, I. */
function inCaseOf(source: string, { spelling, word }: Entry, begins: boolean): string {
  if (spelling === undefined) return word;
  if (source.length > 1 && source === source.toUpperCase()) return word.toUpperCase();
  const [letter = ''] = source;
  const isCapital = letter !== letter.toLowerCase();
  return isCapital && (begins || letter !== spelling[0])
    ? (word[0] ?? '').toUpperCase() + word.slice(1)
    : word;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
