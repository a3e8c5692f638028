// The request that bench/transports.mjs asks in different ways: language-system keeps nothing and asks nobody, so that
// what is left is the way there and back.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { LocalizeRequestSchema, LocalizeResponseSchema } from '../services/gen/language_system_pb.js';

export const SUBJECT = 'svc.lang.v1.localize';

const REQUEST = { contentId: 'menu.welcome', targetLanguage: 'de', variables: { player: 'gsys' } };
const REPLY = 'Willkommen zurück, gsys.';

export const asJson = {
  encode: () => JSON.stringify(REQUEST),
  decode: (text) => assertRight(JSON.parse(text)),
};

export const asProtobuf = {
  encode: () => toBinary(LocalizeRequestSchema, create(LocalizeRequestSchema, REQUEST)),
  decode: (bytes) => assertRight(fromBinary(LocalizeResponseSchema, bytes)),
};

/** What answers nothing, or something else, is fast. */
function assertRight({ localizedContent, error }) {
  if (localizedContent !== REPLY) throw new Error(`answered ${JSON.stringify(error ?? localizedContent)}`);
}
