import { Role } from '../gen/ai_integration_pb.js';
import { choose, type Sentence } from './choose.ts';
import type { Completion, Params, Piece, Provider, Wanted } from './provider.ts';
import { countPrompt, countTokens, sentencesOf, wordsOf } from './text.ts';

export const ECHO = 'gsys-echo-1';

/**
 * The built-in model. No neural network: it answers with sentences that it was given, those that share most words with
 * the question, or most with each other where nothing is asked. What it says is a function of the request alone.
 */
export const echo: Provider = {
  isDeterministic: () => true,
  complete: async (wanted) => write(wanted),
  async *stream(wanted): AsyncGenerator<Piece> {
    const { text, ...ended } = write(wanted);
    for (const word of text.match(/\s*\S+/g) ?? []) yield { text: word };
    yield { ended };
  },
};

/** Sentences that it looks at, the latest ones. */
const MOST_READ = 400;
/** A word of the question weighs as much as so many others. */
const ASKED = 8;
const DEFAULT_TOKENS = 256;

function write(wanted: Wanted): Completion {
  const { params } = wanted;
  const { asked, told } = understand(wanted);
  const said = choose(weigh(told, wordsOf(asked)), params);
  const whole = said.length > 0 ? said.join(' ') : nothingToSay(asked);
  const { text, finishReason } = cut(whole, params);
  return {
    ...{ text, finishReason },
    ...{ promptTokens: countPrompt(wanted), completionTokens: countTokens(text) },
  };
}

/** What is asked, and the sentences that may answer it. */
function understand({ messages, context }: Wanted): { asked: string; told: string[] } {
  const last = messages.findLast(({ role }) => role === Role.USER) ?? messages.at(-1);
  const own = sentencesOf(last?.content ?? '');
  const others = messages.filter((message) => message !== last && message.role !== Role.SYSTEM);
  const before = [...textsIn(context), ...others.map(({ content }) => content)].flatMap(sentencesOf);
  const questions = own.filter(isQuestion);
  const statements = (sentences: string[]) =>
    [...new Set(sentences)].filter((sentence) => !isQuestion(sentence)).slice(-MOST_READ);
  if (questions.length > 0) return { asked: questions.join(' '), told: statements([...before, ...own]) };
  // Where nothing is asked it is to say something about what was said last, or, that being all, to sum it up.
  const known = statements(before);
  return known.length > 0 ? { asked: own.join(' '), told: known } : { asked: '', told: statements(own) };
}

/** How much each sentence has to do with what is asked, and with the others. */
function weigh(told: string[], asked: Set<string>): Sentence[] {
  const sentences = told.map((text) => ({ text, words: wordsOf(text) }));
  const counts = new Map<string, number>();
  for (const { words } of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weights = sentences.map(({ words }) => {
    let sum = 0;
    for (const word of words) sum += asked.has(word) ? ASKED : (counts.get(word) ?? 1) - 1;
    return sum / Math.sqrt(words.size || 1);
  });
  const best = Math.max(...weights) || 1;
  return sentences.map((sentence, i) => ({ ...sentence, weight: (weights[i] ?? 0) / best }));
}

function cut(whole: string, { stop, maxTokens = DEFAULT_TOKENS }: Params) {
  const ends = stop.map((text) => whole.indexOf(text)).filter((at) => at >= 0);
  const text = whole.slice(0, ends.length > 0 ? Math.min(...ends) : undefined);
  let tokens = 0;
  let end = 0;
  for (const word of text.match(/\s*\S+/g) ?? []) {
    tokens += countTokens(word);
    if (tokens > maxTokens) return { text: text.slice(0, end), finishReason: 'length' };
    end += word.length;
  }
  return { text, finishReason: 'stop' };
}

function nothingToSay(asked: string): string {
  const about = [...wordsOf(asked)].slice(0, 5).join(', ');
  return `I am ${ECHO}: rules that repeat what I am told, and I was told nothing about ${about || 'that'}.`;
}

function isQuestion(sentence: string): boolean {
  return /\?["'”’)]?$/.test(sentence);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
