import {
  DetectRequestSchema,
  DetectResponseSchema,
  LocalizeRequestSchema,
  LocalizeResponseSchema,
  type TranslateRequest,
  TranslateRequestSchema,
  TranslateResponseSchema,
} from '../gen/language_system_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, invalid, listOf, oneOf, textOf } from '../sdk/fields.ts';
import { detect, sourceOf } from './detect.ts';
import { DOMAINS, isLanguage, LANGUAGES, type Language } from './dictionary.ts';
import { localizer } from './localize.ts';
import { TRANSLATOR, translate } from './translate.ts';

/** Bytes. */
const MAX_TEXT = 5_000;
const MAX_OWN = 32;
const MAX_OWN_WORDS = 4;
/** Bytes. */
const MAX_OWN_BYTES = 64;

/** Nothing is kept: what they answer follows from the request and from the service's own lists. */
export function languageEndpoints(events: Events): Record<string, Endpoint> {
  const localize = localizer();
  return {
    translate: endpoint(TranslateRequestSchema, TranslateResponseSchema, async (request, { meta, log }) => {
      const text = textOf('text', request.text, MAX_TEXT);
      const domain = request.domain && oneOf('domain', request.domain, DOMAINS);
      const own = ownWords(request);
      const to = languageOf(request.targetLanguage, 'target_language');
      const from = request.sourceLanguage
        ? languageOf(request.sourceLanguage, 'source_language')
        : await languageFound(text);
      const { words, known, ...translation } =
        from === to
          ? { text, alternatives: [], words: 0, known: 0 }
          : translate(text, { from, to, domain, own });
      const event = {
        ...(meta?.requestId && { id: `lang.${meta.requestId}` }),
        payload: { source_language: from, target_language: to, words, known_words: known },
      };
      await events.announce('evt.lang.translation.completed.v1', event, log);
      return {
        translatedText: translation.text,
        detectedSourceLanguage: from,
        confidence: words === 0 ? 1 : known / words,
        alternatives: translation.alternatives,
        translator: TRANSLATOR,
      };
    }),

    detect: endpoint(DetectRequestSchema, DetectResponseSchema, async ({ text }) => {
      return { detections: await detect(textOf('text', text, MAX_TEXT)) };
    }),

    localize: endpoint(LocalizeRequestSchema, LocalizeResponseSchema, async (request) => {
      const { targetLanguage, variables = {} } = request;
      const contentId = idOf('content_id', request.contentId);
      if (!/^[a-z]{2}(-[A-Za-z0-9]{2,8}){0,3}$/.test(targetLanguage))
        throw invalid('target_language must be a language as in de, or de-AT.');
      const { text, fromCache } = localize(contentId, targetLanguage, variables);
      return { localizedContent: text, fromCache };
    }),
  };
}

function languageOf(code: string, field: string): Language {
  if (isLanguage(code)) return code;
  throw invalid(`${field} must be one of ${[...LANGUAGES].sort().join(', ')}: the dictionary has no other.`);
}

async function languageFound(text: string): Promise<Language> {
  const found = await sourceOf(text);
  if (found) return found;
  throw new ServiceError(
    Code.FAILED_PRECONDITION,
    'The text is in no language of the dictionary, or says too little: give source_language.',
  );
}

/** By their small letters, as the text's words are looked up. */
function ownWords({ context }: TranslateRequest): Map<string, string> {
  const entries = listOf('context', Object.entries(context), MAX_OWN);
  return new Map(
    entries.map(([given, meaning]) => {
      const phrase = given.trim().replace(/\s+/g, ' ');
      const isShort = [given, meaning].every((text) => Buffer.byteLength(text) <= MAX_OWN_BYTES);
      // Every phrase of the text that is as long as the longest of these is looked up.
      if (phrase === '' || !isShort || phrase.split(' ').length > MAX_OWN_WORDS)
        throw invalid(`context must have 1 to ${MAX_OWN_WORDS} words and ${MAX_OWN_BYTES} bytes an entry.`);
      return [phrase.toLowerCase(), meaning];
    }),
  );
}
