import MiniSearch from 'minisearch';
import { chunksOf, sentencesOf } from './chunks.ts';
import type { StoredDocument } from './stored.ts';

export interface Query {
  text: string;
  /** None: all. */
  collections: string[];
  filters: Record<string, string>;
  most: number;
  /** 0 to 1. */
  threshold: number;
}

export interface Hit {
  document: StoredDocument;
  /** Of the best hit 1. */
  score: number;
  chunks: { index: number; text: string; score: number }[];
}

export interface Index {
  search(query: Query): Hit[];
}

/** How many passages a hit shows. */
const MOST_CHUNKS = 3;
/** How many sentences an answer has at most, and of how many documents. */
const ANSWER_SENTENCES = 3;
const ANSWER_SOURCES = 3;

interface Passage {
  /** `<document>#<index>` */
  id: string;
  index: number;
  text: string;
  document: StoredDocument;
}

/** Full text: BM25+ over passages, with prefixes and a typo a word. https://lucaong.github.io/minisearch/ */
export function buildIndex(documents: Iterable<StoredDocument>): Index {
  const passages = new Map<string, Passage>();
  for (const document of documents)
    for (const [index, text] of chunksOf(document.content).entries()) {
      const id = `${document.id}#${index}`;
      passages.set(id, { id, index, text, document });
    }
  const index = new MiniSearch<Passage>({ fields: ['text'] });
  index.addAll([...passages.values()]);

  return {
    search: ({ text, collections, filters, most, threshold }) => {
      const wanted = ({ collection, metadata }: StoredDocument) =>
        (collections.length === 0 || collections.includes(collection)) &&
        Object.entries(filters).every(([key, value]) => metadata[key] === value);
      const found = index
        .search(text, {
          prefix: (term) => term.length > 3,
          fuzzy: (term) => (term.length > 4 ? 1 : false),
          filter: ({ id }) => wanted((passages.get(id) as Passage).document),
        })
        .map(({ id, score }) => ({ passage: passages.get(id) as Passage, score }));
      const best = found[0]?.score ?? 1;
      const hits = new Map<string, Hit>();
      for (const { passage, score } of found) {
        const share = score / best;
        const { document, index: place, text: words } = passage;
        const hit = hits.get(document.id) ?? { document, score: share, chunks: [] };
        if (hit.chunks.length < MOST_CHUNKS) hit.chunks.push({ index: place, text: words, score: share });
        hits.set(document.id, hit);
      }
      return [...hits.values()].filter(({ score }) => score >= threshold).slice(0, most);
    },
  };
}

/** The sentences that share most words with the question, word for word, in the order of their documents. */
export function answerOf(text: string, hits: Hit[]): { answer: string; sources: string[] } {
  const asked = new Set(wordsOf(text));
  const sentences = hits.slice(0, ANSWER_SOURCES).flatMap(({ document, score, chunks }) =>
    sentencesOf(chunks[0]?.text ?? '').map((sentence) => ({
      sentence,
      source: document.id,
      weight: score * wordsOf(sentence).filter((word) => asked.has(word)).length,
    })),
  );
  const chosen = sentences
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, ANSWER_SENTENCES);
  const kept = sentences.filter((one) => chosen.includes(one));
  return {
    answer: kept.map(({ sentence }) => sentence).join(' '),
    sources: [...new Set(kept.map(({ source }) => source))],
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
}
