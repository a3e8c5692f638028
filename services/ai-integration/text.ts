import type { Wanted } from './provider.ts';

/** Words that say nothing of what a sentence is about. */
const EMPTY_WORDS = new Set(
  (
    'about after all also and any are been but can could did does for from had has have her him his how into its ' +
    'may more not now off one only our out said shall she should some such than that the their them then there ' +
    'these they this those was were what when where which while who whom whose why will with would you your'
  ).split(' '),
);

export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?…]["'”’)]?)\s+|\n+/)
    .map((sentence) => sentence.trim().replace(/\s+/g, ' '))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** What it is about: each word once, in lower case. */
export function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return new Set(words.filter((word) => !EMPTY_WORDS.has(word)));
}

/** Words, numbers and signs: what gsys-echo-1 counts, and about what others do. */
export function countTokens(text: string): number {
  return text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0;
}

export function countPrompt({ messages }: Wanted): number {
  return messages.reduce((sum, { content }) => sum + countTokens(content), 0);
}
