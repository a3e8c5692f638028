import { LANGUAGES, type Language } from './dictionary.ts';
import { coverage } from './translate.ts';

export interface Detection {
  /** ISO 639-1. */
  languageCode: string;
  /** 0 to 1. */
  confidence: number;
}

/** Letters: more of a text says hardly more, and takes tens of milliseconds of everybody's time. */
const ENOUGH = 1_000;
const MOST = 5;

/** The likeliest first; none where the text says nothing. */
export async function detect(text: string): Promise<Detection[]> {
  // Loaded by the first text: it takes 12 MB, and an idle task is to have 75 in all.
  const { detectAll } = await import('tinyld/light');
  return detectAll(text.slice(0, ENOUGH))
    .slice(0, MOST)
    .map(({ lang, accuracy }) => ({ languageCode: lang, confidence: Math.min(1, accuracy) }));
}

/**
 * The dictionary's language that a text is in, or undefined. Of a few words the library knows little, but the
 * dictionary may know each.
 */
export async function sourceOf(text: string): Promise<Language | undefined> {
  const some = text.slice(0, ENOUGH);
  const detections = await detect(some);
  const likelihoods = LANGUAGES.map((language) => {
    const detected = detections.find(({ languageCode }) => languageCode === language);
    return { language, is: coverage(some, language) + (detected?.confidence ?? 0) };
  });
  const best = likelihoods.reduce((a, b) => (b.is > a.is ? b : a));
  return best.is > 0 && best.is >= (detections[0]?.confidence ?? 0) ? best.language : undefined;
}
