import { type LLMInferenceRequest, Role } from '../gen/ai_integration_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Message, Params, Wanted } from './provider.ts';

/** Bytes of all messages together. */
const MAX_INPUT = 128 * 1024;
/** Bytes of the JSON. */
const MAX_CONTEXT = 32 * 1024;
const MAX_MESSAGES = 100;
const MAX_STOPS = 4;
/** Bytes. */
const MAX_STOP = 64;

/** @throws ServiceError INVALID_ARGUMENT */
export function wantedFrom({ modelId, input, params, context = {} }: LLMInferenceRequest): Wanted {
  if (modelId !== '' && !/^[\x21-\x7e]{1,128}$/.test(modelId))
    throw invalid('model_id must be empty, or 128 visible Latin letters at most.');
  const messages = messagesFrom(input);
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (bytes > MAX_INPUT) throw invalid(`The input has more than ${MAX_INPUT} bytes.`);
  if (Buffer.byteLength(JSON.stringify(context)) > MAX_CONTEXT)
    throw invalid(`context has more than ${MAX_CONTEXT} bytes.`);
  return { messages, context, params: paramsFrom(params) };
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}

function messagesFrom(input: LLMInferenceRequest['input']): Message[] {
  if (input.case === undefined) throw invalid('prompt or chat_messages is missing.');
  if (input.case === 'prompt') {
    if (input.value.trim() === '') throw invalid('prompt is empty.');
    return [{ role: Role.USER, content: input.value }];
  }
  const { messages } = input.value;
  if (messages.length === 0 || messages.length > MAX_MESSAGES)
    throw invalid(`chat_messages must have 1 to ${MAX_MESSAGES} messages.`);
  return messages.map(({ role, content }, i) => {
    const field = `chat_messages.messages[${i}]`;
    if (role === Role.UNSPECIFIED || Role[role] === undefined)
      throw invalid(`${field}.role must be ROLE_SYSTEM, ROLE_USER, ROLE_ASSISTANT or ROLE_TOOL.`);
    if (content.trim() === '') throw invalid(`${field}.content is empty.`);
    return { role, content };
  });
}

/** What is absent stays so; the order of fields is always the same. */
function paramsFrom(params: LLMInferenceRequest['params']): Params {
  const stop = params?.stop ?? [];
  if (stop.length > MAX_STOPS) throw invalid(`params.stop has more than ${MAX_STOPS} items.`);
  for (const text of stop)
    if (text === '' || Buffer.byteLength(text) > MAX_STOP)
      throw invalid(`params.stop must be texts of 1 to ${MAX_STOP} bytes.`);
  return {
    ...within('temperature', params?.temperature, 0, 2),
    ...within('topP', params?.topP, 0, 1),
    ...within('maxTokens', params?.maxTokens, 1, 8192),
    ...within('topK', params?.topK, 0, 1000),
    ...within('presencePenalty', params?.presencePenalty, -2, 2),
    ...within('frequencyPenalty', params?.frequencyPenalty, -2, 2),
    stop,
    ...within('seed', params?.seed, 0, 0xffff_ffff),
  };
}

function within<K extends string>(name: K, value: number | undefined, least: number, most: number) {
  if (value === undefined) return {};
  // NaN is within nothing.
  if (value >= least && value <= most) return { [name]: value } as Record<K, number>;
  const field = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  throw invalid(`params.${field} must be ${least} to ${most}.`);
}
