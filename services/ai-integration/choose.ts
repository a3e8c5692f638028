import { createHash } from 'node:crypto';
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
    said.push(pick(scored, temperature, params, draw(seed, said.length)));
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
  drawn: number,
): Sentence {
  const sorted = scored.toSorted((a, b) => b.score - a.score).slice(0, topK || undefined);
  const [best] = sorted as [{ sentence: Sentence; score: number }];
  if (temperature === 0) return best.sentence;
  const weights = sorted.map(({ score }) => Math.exp((score - best.score) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  // The likeliest ones that together have top_p of the probability, one at least.
  let kept = 0;
  let reached = 0;
  while (kept === 0 || (kept < weights.length && reached < topP * sum)) reached += weights[kept++] ?? 0;
  let rest = drawn * reached;
  const index = weights.slice(0, kept).findIndex((weight) => {
    rest -= weight;
    return rest < 0;
  });
  return (sorted[index] ?? best).sentence;
}

/** From 0 up to 1. */
function draw(seed: number, step: number): number {
  return createHash('sha256').update(`${seed} ${step}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
