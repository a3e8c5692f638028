import { describe, expect, it } from 'vitest';
import { APPROACHES } from '../../../services/story-teller/approaches.ts';
import { LAST_CHAPTER, tell, wordsIn } from '../../../services/story-teller/chapter.ts';
import {
  type Checkpoint,
  checkpointId,
  firstCheckpoint,
  nextCheckpoint,
  put,
  type Wanted,
} from '../../../services/story-teller/checkpoint.ts';
import { evaluate } from '../../../services/story-teller/evaluate.ts';
import {
  ANY_THEME,
  ASIDES,
  type Cast,
  HOOKS,
  KINDS,
  LONGEST_SENTENCE,
  THEMES,
  TONES,
} from '../../../services/story-teller/words.ts';

const CAST: Cast = {
  protagonist: 'Mara of Hollow',
  rival: 'the Salt Duke',
  ally: 'my old dog',
  place: 'the far shore',
  prize: 'the last coin',
};
const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
  ...{ type: 1, tone: undefined, themes: [], cast: {}, min: 80, max: 200 },
  ...changes,
});
const textOf = (checkpoint: Checkpoint) => tell(checkpoint).sentences.join(' ');
/** All chapters, along the first branch of each. */
const story = (checkpoint: Checkpoint): Checkpoint[] => {
  const [branch] = tell(checkpoint).branches;
  return [checkpoint, ...(branch ? story(nextCheckpoint(checkpoint, branch, {})) : [])];
};
const types = [1, 2, 3, 4] as const;
const tones = [1, 2, 3] as const;
const seeds = Array.from({ length: 12 }, (_, i) => BigInt(i) * 977n);

describe('every sentence', () => {
  const sentences = [
    ...Object.values(KINDS).flatMap(({ titles, openings, beats, endings }) => [
      ...[...titles, ...openings, ...beats, ...endings],
    ]),
    ...[...Object.values(TONES).flat(), ...Object.values(THEMES).flat(), ...ANY_THEME, ...ASIDES, ...HOOKS],
    ...Object.values(APPROACHES).flatMap(({ text, turn, consequences }) => [text, turn, ...consequences]),
  ];
  it.each(sentences)('%s', (sentence) => {
    const text = put(sentence, CAST, 'salt');
    expect(wordsIn(text)).toBeLessThanOrEqual(LONGEST_SENTENCE);
    expect(text).not.toMatch(/[{}]|undefined/);
  });
});

describe('a chapter', () => {
  it.each([
    [0, 80],
    [80, 110],
    [200, 230],
    [200, 400],
  ])('has %d to %d words, whatever it is about', (min, max) => {
    for (const type of types)
      for (const tone of tones)
        for (const seed of seeds.slice(0, 4))
          for (const chapter of story(firstCheckpoint(wanted({ type, tone, min, max, cast: CAST }), seed))) {
            const words = wordsIn(textOf(chapter));
            expect(words).toBeGreaterThanOrEqual(min);
            expect(words).toBeLessThanOrEqual(max);
          }
  });

  it('is the same for the same seed, and another for another', () => {
    const [one, same, other] = [5n, 5n, 6n].map((seed) => firstCheckpoint(wanted(), seed)) as [
      Checkpoint,
      Checkpoint,
      Checkpoint,
    ];
    expect([textOf(same), checkpointId(same)]).toEqual([textOf(one), checkpointId(one)]);
    expect(textOf(other)).not.toBe(textOf(one));
    expect(new Set(seeds.map((seed) => textOf(firstCheckpoint(wanted(), seed)))).size).toBe(seeds.length);
  });

  it('says no sentence twice, and short chapters of a story share none between their ends', () => {
    for (const seed of seeds) {
      const chapters = story(firstCheckpoint(wanted({ min: 60, max: 90 }), seed)).map(tell);
      for (const { sentences } of chapters) expect(new Set(sentences).size).toBe(sentences.length);
      const between = chapters.flatMap(({ sentences }) => sentences.slice(1, -1));
      expect(new Set(between).size).toBe(between.length);
    }
  });

  it('speaks of its cast, of each theme and in its tone', () => {
    const themes = ['betrayal', 'salt'];
    for (const seed of seeds) {
      const text = textOf(firstCheckpoint(wanted({ tone: 3, themes, cast: CAST }), seed));
      expect(text).toContain('salt');
      for (const pool of [THEMES.betrayal ?? [], TONES[3]])
        expect(pool.some((sentence) => text.includes(put(sentence, CAST)))).toBe(true);
    }
  });

  it('comes fifth and last, with no branch to take', () => {
    const chapters = story(firstCheckpoint(wanted(), 1n)).map(tell);
    expect(chapters).toHaveLength(LAST_CHAPTER);
    for (const { branches } of chapters.slice(0, -1)) expect(new Set(branches).size).toBe(3);
    expect(chapters.at(-1)?.branches).toEqual([]);
  });

  it('begins with what was done', () => {
    const first = firstCheckpoint(wanted({ cast: CAST }), 1n);
    const begins = ['force', 'mercy'].map((taken) => tell(nextCheckpoint(first, taken, {})).sentences[0]);
    expect(begins[0]).toContain('blood on the stairs');
    expect(begins[1]).toBe('The Salt Duke was let go, looked back once, and did not say thank you.');
  });
});

describe('a choice', () => {
  const checkpoint = firstCheckpoint(wanted({ cast: CAST, themes: ['debt'] }), 1n);
  const weigh = (text: string, { approach = 'mercy', stakes = 0.5, of = checkpoint } = {}) =>
    evaluate(of, { approach: APPROACHES[approach] ?? never(), text, cast: of.cast, stakes });

  it('goes with a branch the better, the more of it speaks for it', () => {
    const scores = [
      'I spare the duke and forgive the debt of Mara',
      'I spare the duke',
      'I let things be',
      'I sing',
      'I attack and kill',
    ].map((text) => weigh(text).coherence);
    expect(scores).toEqual([1, 0.8, 0.7, 0.2, 0]);
  });

  it('does half as much where it is half meant, and is seen through', () => {
    expect(weigh('I spare them').changes).toEqual({ morality: 4, 'standing.rival': 2, danger: 2 });
    const half = weigh('I sing');
    expect(half.changes).toEqual({ morality: 2, 'standing.rival': 1, danger: 1 });
    expect(half.consequences).toContain('The Salt Duke sees that Mara of Hollow does not mean it.');
  });

  it('weighs more with what there is to lose, and later in the story', () => {
    const [low, high] = [0, 1].map((stakes) => weigh('I fight', { approach: 'force', stakes }).impact);
    expect([low, high]).toEqual([0.36, 0.72]);
    const later = { ...checkpoint, path: ['force', 'force'] };
    expect(weigh('I fight', { approach: 'force', stakes: 1, of: later }).impact).toBe(0.81);
  });
});

function never(): never {
  throw new Error('there is no such approach');
}
