import { diceOf } from '../sdk/draw.ts';
import { APPROACHES, type Approach } from './approaches.ts';
import { type Checkpoint, put } from './checkpoint.ts';
import { ANY_THEME, ASIDES, HOOKS, KINDS, LONGEST_SENTENCE, THEMES, TONES } from './words.ts';

export const LAST_CHAPTER = 5;
const BRANCHES = 3;

export interface Chapter {
  number: number;
  sentences: string[];
  /** Ids of approaches; none at the end. */
  branches: string[];
}

/** The chapter that a checkpoint stands for: the same whenever and wherever it is told. */
export function tell(checkpoint: Checkpoint): Chapter {
  const { seed, type, path, cast } = checkpoint;
  const number = path.length + 1;
  const dice = (what: string) => diceOf(seed, ...path, what);
  const kind = KINDS[type];
  const taken = APPROACHES[path.at(-1) ?? ''];
  const isEnd = number === LAST_CHAPTER;
  const first = put(taken?.turn ?? dice('opening').pick(kind.openings), cast);
  const last = put(isEnd ? dice('ending').pick(kind.endings) : another(HOOKS, checkpoint), cast);
  const room = { from: checkpoint.min, to: checkpoint.max };
  const chosen = fill(
    [first, last].map(wordsIn).reduce(sum),
    room,
    middle(checkpoint),
    dice('length').roll(),
  );
  return {
    number,
    sentences: [first, ...dice('order').shuffled(chosen), last],
    branches: isEnd ? [] : dice('branches').shuffled(Object.keys(APPROACHES)).slice(0, BRANCHES),
  };
}

/** @returns undefined for what is no approach */
export function approachOf(id: string): Approach | undefined {
  return Object.hasOwn(APPROACHES, id) ? APPROACHES[id] : undefined;
}

/** Sentences for between: what the caller wishes first, then what there is, then more of the wishes. */
function middle(checkpoint: Checkpoint): string[] {
  const { seed, type, tone, themes, cast, path } = checkpoint;
  const ofTheme = (theme: string) =>
    (Object.hasOwn(THEMES, theme) ? (THEMES[theme] ?? []) : ANY_THEME).map((one) => put(one, cast, theme));
  const wishes = [...themes.map(ofTheme), TONES[tone].map((one) => put(one, cast))];
  const others = diceOf(seed, 'others')
    .shuffled([...KINDS[type].beats, ...ASIDES])
    .map((one) => put(one, cast));
  // Each chapter begins elsewhere, so that short chapters share none.
  const begin = Math.floor((path.length * others.length) / LAST_CHAPTER);
  return [
    ...new Set([
      ...wishes.map((one) => another(one, checkpoint)),
      ...others.slice(begin),
      ...others.slice(0, begin),
      ...wishes.flat(),
    ]),
  ];
}

/** Another one in each chapter, as long as there are others. */
function another(sentences: string[], { seed, path }: Checkpoint): string {
  return diceOf(seed).shuffled(sentences)[path.length % sentences.length] ?? '';
}

/** As many sentences, in their order, as bring the chapter to a length within the room. */
function fill(begun: number, room: { from: number; to: number }, sentences: string[], at: number): string[] {
  const target = room.from + Math.floor(at * (room.to - LONGEST_SENTENCE - room.from + 1));
  const chosen: string[] = [];
  let words = begun;
  for (const sentence of sentences) {
    if (words >= target) break;
    const more = wordsIn(sentence);
    if (words + more > room.to) continue;
    chosen.push(sentence);
    words += more;
  }
  return chosen;
}

export function wordsIn(text: string): number {
  return text.split(/\s+/).length;
}

function sum(a: number, b: number): number {
  return a + b;
}
