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
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import type { Bucket } from '../sdk/kv.ts';
import { chunksOf } from './chunks.ts';
import { type Library, library, taken } from './library.ts';
import { answerOf, type Hit } from './search.ts';
import { idOf, type StoredDocument, sameDocument } from './stored.ts';

/** Bytes. */
const MAX_NAME = 128;
const MAX_CONTENT = 262_144;
const MAX_QUERY = 1024;
const MAX_DOCUMENTS = 100;
const MAX_METADATA = 32;
const MAX_RESULTS = 50;
const DEFAULT_RESULTS = 5;
/** Characters of content in a reply: fifty documents stay far below what NATS carries. */
const MAX_SHOWN = 8_000;

export function knowledgeEndpoints(bucket: Bucket, events: Events): Record<string, Endpoint> {
  const books = library(bucket);
  return {
    query: endpoint(QueryRequestSchema, QueryResponseSchema, async (request) => {
      const { queryText: text, collections, filters } = request;
      const { maxResults: most = DEFAULT_RESULTS, similarityThreshold: threshold = 0 } = request;
      if (text.trim() === '') throw invalid('query_text is empty.');
      if (Buffer.byteLength(text) > MAX_QUERY) throw invalid(`query_text is longer than ${MAX_QUERY} bytes.`);
      if (most < 1 || most > MAX_RESULTS) throw invalid(`max_results must be 1 to ${MAX_RESULTS}.`);
      if (!(threshold >= 0 && threshold <= 1)) throw invalid('similarity_threshold must be 0 to 1.');
      const hits = (await books.index()).search({ text, collections, filters, most, threshold });
      const { answer, sources } = answerOf(text, hits);
      return { documents: hits.map(shown), synthesizedAnswer: answer, sources };
    }),

    ingest: endpoint(IngestRequestSchema, IngestResponseSchema, async (request, { log }) => {
      const { documents, overwriteExisting } = request;
      if (documents.length === 0 || documents.length > MAX_DOCUMENTS)
        throw invalid(`documents must be 1 to ${MAX_DOCUMENTS}.`);
      const wanted = documents.map((document, i) => checked(document, request, `documents[${i}]`));
      if (!overwriteExisting) await refuseTaken(books, wanted);
      let ingested = 0;
      let chunks = 0;
      for (const document of wanted) {
        if (!(await books.put(document, overwriteExisting))) continue;
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

    update: endpoint(UpdateRequestSchema, UpdateResponseSchema, async (request) => {
      const { documentId: id, content, metadata } = request;
      checkName('document_id', id);
      checkContent('content', content);
      checkMetadata('metadata', metadata);
      const kept = Object.keys(metadata).length > 0;
      await books.change(id, (document) =>
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
  const collection = document.collection || defaults.collection;
  const metadata = { ...defaults.defaultMetadata, ...document.metadata };
  checkName(`${at}.collection`, collection);
  if (content.trim() === '') throw invalid(`${at}.content is empty.`);
  checkContent(`${at}.content`, content);
  checkMetadata(`${at}.metadata`, metadata);
  const id = document.documentId || idOf(collection, content);
  checkName(`${at}.document_id`, id);
  return { id, collection, content, metadata };
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
    id: `kb.${idOf(`${collection}\0${id}`, content)}`,
    payload: { document_id: id, collection, chunks: chunksOf(content).length },
  };
}

function checkName(field: string, value: string): void {
  if (value === '') throw invalid(`${field} is empty.`);
  if (Buffer.byteLength(value) > MAX_NAME) throw invalid(`${field} is longer than ${MAX_NAME} bytes.`);
}

function checkContent(field: string, content: string): void {
  if (Buffer.byteLength(content) > MAX_CONTENT)
    throw invalid(`${field} is longer than ${MAX_CONTENT} bytes.`);
}

function checkMetadata(field: string, metadata: Record<string, string>): void {
  const entries = Object.entries(metadata);
  if (entries.length > MAX_METADATA) throw invalid(`${field} has more than ${MAX_METADATA} entries.`);
  if (entries.some((entry) => entry.some((text) => Buffer.byteLength(text) > MAX_NAME)))
    throw invalid(`${field} has keys or values of more than ${MAX_NAME} bytes.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
