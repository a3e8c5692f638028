import {
  type Document,
  IngestRequestSchema,
  IngestResponseSchema,
  QueryRequestSchema,
  QueryResponseSchema,
  UpdateRequestSchema,
  UpdateResponseSchema,
} from '../gen/knowledge_base_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, idsOf, invalid, metadataOf, optionalTextOf, someOf, textOf, within } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import type { Records } from '../sdk/records.ts';
import { chunksOf } from './chunks.ts';
import { type Library, library, taken } from './library.ts';
import { answerOf, type Hit } from './search.ts';
import { contentId, type StoredDocument, sameDocument } from './stored.ts';

/** Bytes. */
const MAX_CONTENT = 262_144;
const MAX_QUERY = 1024;
const MAX_DOCUMENTS = 100;
const MAX_COLLECTIONS = 32;
const MAX_RESULTS = 50;
const DEFAULT_RESULTS = 5;
/** Characters of content in a reply: fifty documents stay far below what NATS carries. */
const MAX_SHOWN = 8_000;

export function knowledgeEndpoints(documents: Records, events: Events): Record<string, Endpoint> {
  const books = library(documents);
  return {
    query: endpoint(QueryRequestSchema, QueryResponseSchema, async (request) => {
      const { queryText, maxResults = DEFAULT_RESULTS, similarityThreshold = 0 } = request;
      const text = textOf('query_text', queryText.trim(), MAX_QUERY);
      const collections = idsOf('collections', request.collections, MAX_COLLECTIONS);
      const filters = metadataOf('filters', request.filters);
      const most = within('max_results', maxResults, 1, MAX_RESULTS);
      const threshold = within('similarity_threshold', similarityThreshold, 0, 1);
      const hits = (await books.index()).search({ text, collections, filters, most, threshold });
      const { answer, sources } = answerOf(text, hits);
      return { documents: hits.map(shown), synthesizedAnswer: answer, sources };
    }),

    ingest: endpoint(IngestRequestSchema, IngestResponseSchema, async (request, { key, log }) => {
      const { overwriteExisting } = request;
      const wanted = someOf('documents', request.documents, MAX_DOCUMENTS).map((document, i) =>
        checked(document, request, `documents[${i}]`),
      );
      if (!overwriteExisting) await refuseTaken(books, wanted);
      let ingested = 0;
      let chunks = 0;
      for (const document of wanted) {
        if (!(await books.put(document, overwriteExisting, key))) continue;
        ingested += 1;
        chunks += chunksOf(document.content).length;
        await events.announce('evt.kb.document.ingested.v1', ingestedEvent(document), log);
      }
      return {
        documentsIngested: ingested,
        documentIds: wanted.map(({ id }) => id),
        chunksCreated: chunks,
      };
    }),

    update: endpoint(UpdateRequestSchema, UpdateResponseSchema, async (request, { key }) => {
      const id = idOf('document_id', request.documentId);
      const content = optionalTextOf('content', request.content, MAX_CONTENT);
      const metadata = metadataOf('metadata', request.metadata);
      const kept = Object.keys(metadata).length > 0;
      await books.change(id, key, (document) =>
        content === '' ? null : { ...document, content, ...(kept && { metadata }) },
      );
      return { success: true, documentId: id };
    }),
  };
}

/** Before anything is written: a request that cannot be done is not half done. */
async function refuseTaken(books: Library, documents: StoredDocument[]): Promise<void> {
  const present = await Promise.all(documents.map(({ id }) => books.get(id)));
  for (const [i, document] of documents.entries())
    if (present[i] !== undefined && !sameDocument(present[i], document)) throw taken(document.id);
}

interface Defaults {
  collection: string;
  defaultMetadata: Record<string, string>;
}

function checked(document: Document, defaults: Defaults, at: string): StoredDocument {
  const { content } = document;
  if (content.trim() === '') throw invalid(`${at}.content is empty.`);
  const collection = idOf(`${at}.collection`, document.collection || defaults.collection);
  return {
    id: idOf(`${at}.document_id`, document.documentId || contentId(collection, content)),
    collection,
    content: optionalTextOf(`${at}.content`, content, MAX_CONTENT),
    metadata: metadataOf(`${at}.metadata`, { ...defaults.defaultMetadata, ...document.metadata }),
  };
}

function shown({ document, score, chunks }: Hit) {
  const { id, collection, content, metadata } = document;
  return {
    documentId: id,
    collection,
    content: content.slice(0, MAX_SHOWN),
    metadata,
    relevanceScore: score,
    chunks: chunks.map((chunk) => ({ index: chunk.index, text: chunk.text, relevanceScore: chunk.score })),
  };
}

/** The same text again is the same event. */
function ingestedEvent({ id, collection, content }: StoredDocument) {
  return {
    id: `kb.${hashOf(collection, id, content)}`,
    payload: { document_id: id, collection, chunks: chunksOf(content).length },
  };
}
