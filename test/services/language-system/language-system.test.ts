import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import {
  DetectRequestSchema,
  DetectResponseSchema,
  LocalizeRequestSchema,
  LocalizeResponseSchema,
  TranslateRequestSchema,
  TranslateResponseSchema,
} from '../../../services/gen/language_system_pb.js';
import { languageSystemParts } from '../../../services/language-system/parts.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(['language-system']);
  const { streams } = await lab.operator.jetstreamManager();
  await streams.add({ name: 'LANG', subjects: ['evt.lang.>'], num_replicas: 3 });
  await Promise.all([1, 2].map(() => lab.start('language-system', languageSystemParts)));
});
afterAll(() => lab?.stop());

const translate = (init: MessageInitShape<typeof TranslateRequestSchema>) =>
  lab.ask('svc.lang.v1.translate', TranslateRequestSchema, TranslateResponseSchema, init);
const detect = (text: string) =>
  lab.ask('svc.lang.v1.detect', DetectRequestSchema, DetectResponseSchema, { text });
const localize = (init: MessageInitShape<typeof LocalizeRequestSchema>) =>
  lab.ask('svc.lang.v1.localize', LocalizeRequestSchema, LocalizeResponseSchema, init);

describe('language-system', () => {
  it('translates, and says what translated and how much it knew', async () => {
    const reply = await translate({
      text: 'Where is the old frobnicator?',
      sourceLanguage: 'en',
      targetLanguage: 'it',
    });
    expect(reply).toMatchObject({
      translatedText: "Dov'è il vecchio frobnicator?",
      detectedSourceLanguage: 'en',
      confidence: 0.8,
      translator: 'gsys-dictionary-1 (word for word, no grammar)',
    });
  });

  it('finds the source’s language out where nobody gives it', async () => {
    const { detectedSourceLanguage, translatedText } = await translate({
      text: 'Buenas noches, amigo',
      targetLanguage: 'en',
    });
    expect([detectedSourceLanguage, translatedText]).toEqual(['es', 'Good night, friend']);
  });

  it('lets the domain and the caller’s own words decide', async () => {
    const request = { text: 'Mara, the bank', sourceLanguage: 'en', targetLanguage: 'fr' };
    const plain = await translate(request);
    const own = await translate({ ...request, domain: 'nature', context: { Mara: 'Marie' } });
    expect([plain.translatedText, own.translatedText]).toEqual(['Mara, le banque', 'Marie, le rive']);
    expect([plain.alternatives, own.alternatives]).toEqual([['Mara, le rive'], ['Marie, le banque']]);
  });

  it('leaves a text that is in the target’s language as it is', async () => {
    const reply = await translate({ text: 'My xyzzy', sourceLanguage: 'en', targetLanguage: 'en' });
    expect(reply).toMatchObject({ translatedText: 'My xyzzy', confidence: 1, alternatives: [] });
  });

  it('tells of a translation once, however often its request comes', async () => {
    const request = {
      meta: { requestId: 'told' },
      ...{ text: 'the king', sourceLanguage: 'en', targetLanguage: 'pt' },
    };
    const told = await eventsDuring(lab, 'LANG', async () => {
      await translate(request);
      await translate(request);
    });
    expect(told.map(({ payload }) => payload)).toEqual([
      { source_language: 'en', target_language: 'pt', words: 2, known_words: 2 },
    ]);
  });

  it.each([
    ['ja', '家族は夜明け前に分け前を欲しがっている。'],
    ['pl', 'Rodzina chce swojej części przed świtem.'],
    ['de', 'Die Familie will ihren Anteil vor der Dämmerung.'],
  ])('detects %s first', async (language, text) => {
    const { detections } = await detect(text);
    expect(detections[0]?.languageCode).toBe(language);
    expect(detections.length).toBeLessThanOrEqual(5);
    for (const { confidence } of detections) expect(confidence).toBeGreaterThan(0);
    for (const { confidence } of detections) expect(confidence).toBeLessThanOrEqual(1);
  });

  it('detects nothing in what says nothing', async () => {
    const { detections, error } = await detect('1234 …');
    expect([detections, error]).toEqual([[], undefined]);
  });

  it('localizes with variables', async () => {
    const { localizedContent } = await localize({
      contentId: 'quest.objectives_left',
      targetLanguage: 'ru-RU',
      variables: { count: 2 },
    });
    expect(localizedContent).toBe('Осталось 2 цели.');
  });

  it.each<[string, Error_Code, MessageInitShape<typeof TranslateRequestSchema>]>([
    ['no text', Error_Code.INVALID_ARGUMENT, { targetLanguage: 'en' }],
    ['no target', Error_Code.INVALID_ARGUMENT, { text: 'x' }],
    ['a target that it has no words of', Error_Code.INVALID_ARGUMENT, { text: 'x', targetLanguage: 'ja' }],
    [
      'an unknown source',
      Error_Code.INVALID_ARGUMENT,
      { text: 'x', sourceLanguage: 'EN', targetLanguage: 'de' },
    ],
    [
      'an unknown domain',
      Error_Code.INVALID_ARGUMENT,
      { text: 'x', targetLanguage: 'de', domain: 'cooking' },
    ],
    [
      'a phrase of one’s own of five words',
      Error_Code.INVALID_ARGUMENT,
      { text: 'x', targetLanguage: 'de', context: { 'a b c d e': 'x' } },
    ],
    [
      'an empty word of one’s own',
      Error_Code.INVALID_ARGUMENT,
      { text: 'x', targetLanguage: 'de', context: { ' ': 'x' } },
    ],
    [
      'a text in no language of the dictionary',
      Error_Code.FAILED_PRECONDITION,
      { text: '収穫は終わり', targetLanguage: 'en' },
    ],
  ])('refuses to translate with %s', async (_, code, init) => {
    expect((await translate(init)).error?.code).toBe(code);
  });

  it.each<[string, Error_Code, MessageInitShape<typeof LocalizeRequestSchema>]>([
    ['no content', Error_Code.INVALID_ARGUMENT, { targetLanguage: 'en' }],
    ['content that there is not', Error_Code.NOT_FOUND, { contentId: 'x', targetLanguage: 'en' }],
    ['no language', Error_Code.INVALID_ARGUMENT, { contentId: 'inventory.full' }],
    ['a missing variable', Error_Code.INVALID_ARGUMENT, { contentId: 'menu.welcome', targetLanguage: 'en' }],
  ])('refuses to localize with %s', async (_, code, init) => {
    expect((await localize(init)).error?.code).toBe(code);
  });
});

describe('whatever comes, language-system', () => itWithstandsNonsense('language-system', () => lab));
