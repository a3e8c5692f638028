import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  IngestRequestSchema,
  IngestResponseSchema,
  QueryRequestSchema,
  QueryResponseSchema,
  UpdateRequestSchema,
  UpdateResponseSchema,
} from '../../../services/gen/knowledge_base_pb.js';
import { knowledgeBaseParts } from '../../../services/knowledge-base/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import type { Task } from '../helpers/task.ts';

let lab: Lab;
let tasks: Task[];
const start = () => Promise.all([1, 2].map(() => lab.start('knowledge-base', knowledgeBaseParts)));

const LORE = [
  {
    documentId: 'dragon',
    content:
      'The red dragon sleeps below the mountain. It wakes when the bells of Harrow ring.\n\nKnights avoid its cave.',
    metadata: { region: 'north' },
  },
  { documentId: 'harbour', content: 'Ships leave the harbour of Selm at dawn. The tide decides.' },
  { documentId: 'bells', content: 'The bells of Harrow were cast from swords. Nobody rings them.' },
];

beforeAll(async () => {
  lab = await startLab(['knowledge-base']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'KB', subjects: ['evt.kb.>'], num_replicas: 3 });
  tasks = await start();
  await ingest({ documents: LORE, collection: 'lore' });
});
afterAll(() => lab?.stop());

const ingest = (init: MessageInitShape<typeof IngestRequestSchema>) =>
  lab.ask('svc.kb.v1.ingest', IngestRequestSchema, IngestResponseSchema, init);
const query = (init: MessageInitShape<typeof QueryRequestSchema>) =>
  lab.ask('svc.kb.v1.query', QueryRequestSchema, QueryResponseSchema, init);
const update = (init: MessageInitShape<typeof UpdateRequestSchema>) =>
  lab.ask('svc.kb.v1.update', UpdateRequestSchema, UpdateResponseSchema, init);
const ids = async (queryText: string, more = {}) =>
  (await query({ queryText, ...more })).documents.map(({ documentId }) => documentId);

describe('a query', () => {
  it('finds what fits, the best first, through any task', async () => {
    for (let i = 0; i < 6; i++) {
      const { documents } = await query({ queryText: 'bells Harrow' });
      expect(documents.map(({ documentId }) => documentId).sort()).toEqual(['bells', 'dragon']);
      expect(documents[0]?.relevanceScore).toBe(1);
      expect(documents[1]?.relevanceScore).toBeLessThan(1);
    }
  });

  it('answers with sentences that are there, and says whose they are', async () => {
    const { synthesizedAnswer, sources } = await query({ queryText: 'when does the dragon wake?' });
    expect(sources).toContain('dragon');
    expect(LORE.map(({ content }) => content).join(' ')).toContain(synthesizedAnswer.split('. ')[0]);
    expect(await query({ queryText: 'quantum' })).toMatchObject({ synthesizedAnswer: '', sources: [] });
  });

  it('forgives a typo, and takes word beginnings', async () => {
    expect(await ids('draggon')).toEqual(['dragon']);
    expect(await ids('harbo')).toEqual(['harbour']);
  });

  it('keeps to collections, filters, threshold and number', async () => {
    expect(await ids('dragon', { collections: ['elsewhere'] })).toEqual([]);
    expect(await ids('bells', { filters: { region: 'north' } })).toEqual(['dragon']);
    expect(await ids('bells of Harrow', { similarityThreshold: 1 })).toHaveLength(1);
    expect(await ids('the', { maxResults: 2 })).toHaveLength(2);
  });

  it.each<[string, MessageInitShape<typeof QueryRequestSchema>]>([
    ['nothing', {}],
    ['a book', { queryText: 'x'.repeat(1025) }],
    ['no results', { queryText: 'x', maxResults: 0 }],
    ['too many results', { queryText: 'x', maxResults: 51 }],
    ['a threshold that is no number', { queryText: 'x', similarityThreshold: Number.NaN }],
  ])('refuses to look for %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await query(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('ingesting', () => {
  it('writes a document once, and tells of it once', async () => {
    const { streams } = await lab.operator.jetstreamManager();
    const told = async () => (await streams.info('KB')).state.messages;
    const before = await told();
    const document = { content: 'A lighthouse stands at Cape Wrath.' };
    const first = await ingest({ documents: [document], collection: 'places' });
    expect(first).toMatchObject({ documentsIngested: 1, chunksCreated: 1 });
    const again = await ingest({ documents: [document], collection: 'places' });
    expect(again).toMatchObject({ documentsIngested: 0, documentIds: first.documentIds });
    expect(await told()).toBe(before + 1);
    expect(await ids('lighthouse')).toEqual(first.documentIds);
  });

  it('replaces another content only where it is told to, and else writes none of the request', async () => {
    const documents = [
      { documentId: 'new-one', content: 'Ravens know the way.' },
      { documentId: 'harbour', content: 'The harbour is closed.' },
    ];
    const refused = await ingest({ documents, collection: 'lore' });
    expect(refused.error?.code).toBe(Error_Code.CONFLICT);
    expect(await ids('ravens')).toEqual([]);
    const { documentsIngested } = await ingest({ documents, collection: 'lore', overwriteExisting: true });
    expect(documentsIngested).toBe(2);
    expect(await ids('closed')).toEqual(['harbour']);
  });

  it('survives the tasks', async () => {
    for (const task of tasks) await task.stop();
    tasks = await start();
    expect(await ids('dragon')).toContain('dragon');
  });

  it.each<[string, MessageInitShape<typeof IngestRequestSchema>]>([
    ['no documents', { collection: 'x' }],
    ['a document without text', { collection: 'x', documents: [{ content: ' ' }] }],
    ['no collection', { documents: [{ content: 'x' }] }],
    ['a text beyond all measure', { collection: 'x', documents: [{ content: 'x'.repeat(262_145) }] }],
    [
      'an id beyond all measure',
      { collection: 'x', documents: [{ documentId: 'x'.repeat(129), content: 'x' }] },
    ],
  ])('refuses %s as INVALID_ARGUMENT', async (_, init) => {
    expect((await ingest(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('an update', () => {
  it('is found by its new words and not by its old ones, and deletes where there are none', async () => {
    await ingest({ collection: 'lore', documents: [{ documentId: 'inn', content: 'The inn serves ale.' }] });
    expect((await update({ documentId: 'inn', content: 'The inn serves mead.' })).success).toBe(true);
    expect(await ids('mead')).toEqual(['inn']);
    expect(await ids('ale')).not.toContain('inn');
    expect((await update({ documentId: 'inn' })).success).toBe(true);
    expect(await ids('mead')).toEqual([]);
    expect((await update({ documentId: 'inn' })).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('is made once for a key, and a retry leaves alone what came after it', async () => {
    const meta = (idempotencyKey: string) => ({ meta: { idempotencyKey } });
    const written = {
      ...{ collection: 'lore', overwriteExisting: true, ...meta('i') },
      documents: [{ documentId: 'well', content: 'The well is deep.' }],
    };
    const changed = { documentId: 'well', content: 'The well is dry.', ...meta('u') };
    const replies = await Promise.all(Array.from({ length: 6 }, () => ingest(written)));
    for (const reply of replies) expect(reply).toMatchObject({ documentsIngested: 1, chunksCreated: 1 });
    expect((await update(changed)).success).toBe(true);
    expect((await ingest(written)).documentsIngested).toBe(1);
    expect(await ids('dry well')).toEqual(['well']);
    await update({ documentId: 'well', content: 'The well is haunted.' });
    expect((await update(changed)).success).toBe(true);
    expect(await ids('haunted')).toEqual(['well']);
    const gone = { documentId: 'well', ...meta('d') };
    expect([(await update(gone)).success, (await update(gone)).success]).toEqual([true, true]);
    expect(await ids('haunted')).toEqual([]);
  });
});

describe('whatever comes, knowledge-base', () => itWithstandsNonsense('knowledge-base', () => lab));
