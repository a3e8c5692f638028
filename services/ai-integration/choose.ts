import { type Dice, diceOf } from '../sdk/draw.ts';
import type { Params } from './provider.ts';

export interface Sentence {
  text: string;
  /** What it is about. */
  words: Set<string>;
  /** Of the best one 1. */
  weight: number;
}

/** Sentences that are said. */
const MOST_SAID = 6;
/** Of the best sentence's weight: what is below has nothing to do with the matter. */
const LEAST_SHARE = 0.4;

/** One sentence after another: the likeliest, or, with a temperature, one that the seed draws. */
export function choose(sentences: Sentence[], params: Params): string[] {
  const { seed = 0, temperature = params.seed === undefined ? 0 : 1 } = params;
  const { presencePenalty: presence = 0, frequencyPenalty: frequency = 0 } = params;
  // Where nothing has to do with anything, one sentence is as good as another.
  const least = sentences.some(({ weight }) => weight > 0) ? LEAST_SHARE : 0;
  const dice = diceOf(seed);
  const said: Sentence[] = [];
  while (said.length < MOST_SAID) {
    const heard = said.map(({ words }) => words);
    const scored = sentences
      .filter((sentence) => !said.includes(sentence))
      .map((sentence) => {
        const { times, share } = repetition(sentence.words, heard);
        return { sentence, score: sentence.weight - presence * share - frequency * times };
      })
      .filter(({ score }) => score >= least);
    if (scored.length === 0) break;
    said.push(pick(scored, temperature, params, dice));
  }
  return said.map(({ text }) => text);
}

/** How many of the words were said already, and how often. */
function repetition(words: Set<string>, heard: Set<string>[]): { share: number; times: number } {
  let known = 0;
  let times = 0;
  for (const word of words) {
    const count = heard.filter((one) => one.has(word)).length;
    if (count > 0) known++;
    times += count;
  }
  return { share: known / (words.size || 1), times: times / (words.size || 1) };
}

function pick(
  scored: { sentence: Sentence; score: number }[],
  temperature: number,
  { topK = 0, topP = 1 }: Params,
  dice: Dice,
): Sentence {
  const sorted = scored.toSorted((a, b) => b.score - a.score).slice(0, topK || undefined);
  const best = sorted[0] as (typeof sorted)[number];
  if (temperature === 0) return best.sentence;
  const likely = sorted.map(({ sentence, score }) => {
    return { sentence, weight: Math.exp((score - best.score) / temperature) };
  });
  const wanted = topP * likely.reduce((sum, { weight }) => sum + weight, 0);
  // The likeliest ones that together have top_p of the probability, one at least.
  let reached = 0;
  const kept = likely.filter(({ weight }, i) => {
    const isKept = i === 0 || reached < wanted;
    reached += weight;
    return isKept;
  });
  return (dice.weighed(kept, ({ weight }) => weight) ?? best).sentence;
}
