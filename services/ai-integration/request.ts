import {
  type GenerationParameters,
  type LLMInferenceRequest,
  Role,
  RoleSchema,
} from '../gen/ai_integration_pb.js';
import { enumOf, invalid, jsonOf, listOf, someOf, textOf, within } from '../sdk/fields.ts';
import type { Message, Params, Wanted } from './provider.ts';

/** Bytes of all messages together. */
const MAX_INPUT = 128 * 1024;
/** Bytes of the JSON. */
const MAX_CONTEXT = 32 * 1024;
const MAX_MESSAGES = 100;
const MAX_STOPS = 4;
/** Bytes. */
const MAX_STOP = 64;
const MAX_SEED = 0xffff_ffff;

/** @throws ServiceError INVALID_ARGUMENT */
export function wantedFrom({ modelId, input, params, context = {} }: LLMInferenceRequest): Wanted {
  if (modelId !== '' && !/^[\x21-\x7e]{1,128}$/.test(modelId))
    throw invalid('model_id must be empty, or 128 visible Latin letters at most.');
  const messages = messagesFrom(input);
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MAX_INPUT) throw invalid(`The input is longer than ${MAX_INPUT} bytes.`);
  return { messages, context: jsonOf('context', context, MAX_CONTEXT), params: paramsFrom(params) };
}

function messagesFrom(input: LLMInferenceRequest['input']): Message[] {
  if (input.case === undefined) throw invalid('prompt or chat_messages is missing.');
  if (input.case === 'prompt') return [{ role: Role.USER, content: saidIn('prompt', input.value) }];
  return someOf('chat_messages', input.value.messages, MAX_MESSAGES).map(({ role, content }, i) => ({
    role: enumOf(`chat_messages.messages[${i}].role`, RoleSchema, role),
    content: saidIn(`chat_messages.messages[${i}].content`, content),
  }));
}

function saidIn(field: string, text: string): string {
  if (text.trim() === '') throw invalid(`${field} is empty.`);
  return text;
}

/** What is absent stays so. */
function paramsFrom(params: GenerationParameters | undefined): Params {
  const given = <K extends keyof Params & keyof GenerationParameters>(
    key: K,
    field: string,
    least: number,
    most: number,
  ) => {
    const value = params?.[key];
    return typeof value === 'number' ? { [key]: within(`params.${field}`, value, least, most) } : {};
  };
  return {
    ...given('temperature', 'temperature', 0, 2),
    ...given('topP', 'top_p', 0, 1),
    ...given('maxTokens', 'max_tokens', 1, 8192),
    ...given('topK', 'top_k', 0, 1000),
    ...given('presencePenalty', 'presence_penalty', -2, 2),
    ...given('frequencyPenalty', 'frequency_penalty', -2, 2),
    ...given('seed', 'seed', 0, MAX_SEED),
    stop: listOf('params.stop', params?.stop ?? [], MAX_STOPS).map((text, i) =>
      textOf(`params.stop[${i}]`, text, MAX_STOP),
    ),
  };
}
