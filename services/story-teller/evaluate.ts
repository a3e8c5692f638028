import { APPROACHES, type Approach } from './approaches.ts';
import { type Checkpoint, put } from './checkpoint.ts';
import type { Cast } from './words.ts';

export interface Evaluation {
  /** 0 to 1. */
  coherence: number;
  impact: number;
  consequences: string[];
  changes: Record<string, number>;
}

export interface Choice {
  approach: Approach;
  /** What the player does, in words. */
  text: string;
  cast: Cast;
  /** 0 to 1. */
  stakes: number;
}

/** Weighs a choice by the words that speak for the branch, or against it, and by how far the story has come. */
export function evaluate({ path, themes }: Checkpoint, { approach, text, cast, stakes }: Choice): Evaluation {
  const words = wordsOf(text);
  const coherence = coherenceOf(words, approach, [...Object.values(cast), ...themes]);
  const impact = approach.weight * (0.5 + 0.5 * stakes) * (0.8 + 0.05 * path.length);
  const isMeant = coherence >= 0.5;
  const consequences = [
    ...approach.consequences,
    ...(isMeant ? [] : ['{rival} sees that {protagonist} does not mean it.']),
    ...(impact >= 0.6 ? ['Nothing in {place} will be as it was.'] : []),
  ];
  return {
    coherence: round(coherence),
    impact: round(impact),
    consequences: consequences.map((one) => put(one, cast)),
    // What is half meant does half as much.
    changes: Object.fromEntries(
      Object.entries(approach.changes).map(([what, by]) => [what, isMeant ? by : Math.trunc(by / 2)]),
    ),
  };
}

function coherenceOf(words: string[], approach: Approach, names: string[]): number {
  const own = signsIn(words, approach);
  const others = Object.values(APPROACHES).filter((other) => other !== approach);
  const isContrary = others.some((other) => signsIn(words, other) > own);
  const named = names.filter((name) => wordsOf(name).some((word) => word.length > 3 && words.includes(word)));
  return 0.2 + (own > 0 ? 0.5 : 0) + 0.1 * Math.min(3, named.length) - (isContrary ? 0.2 : 0);
}

function signsIn(words: string[], { signs }: Approach): number {
  return words.filter((word) => signs.some((sign) => word.startsWith(sign))).length;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
