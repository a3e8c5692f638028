import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { wantedFrom } from '../../../services/ai-integration/request.ts';
import { LLMInferenceRequestSchema, Role } from '../../../services/gen/ai_integration_pb.js';
import { Code } from '../../../services/sdk/errors.ts';

type Init = MessageInitShape<typeof LLMInferenceRequestSchema>;
type Params = NonNullable<Init['params']>;
const read = (init: Init) => wantedFrom(create(LLMInferenceRequestSchema, init));
const prompt = (value: string, init: Pick<Init, 'modelId' | 'params' | 'context'> = {}): Init => ({
  ...init,
  input: { case: 'prompt', value },
});
const chat = (...messages: { role?: Role; content?: string }[]): Init => ({
  input: { case: 'chatMessages', value: { messages } },
});
const user = { role: Role.USER, content: 'x' };

it('keeps zeros, and leaves out what is absent', () => {
  const zeros = { temperature: 0, topP: 0, topK: 0, presencePenalty: 0, frequencyPenalty: 0, seed: 0 };
  expect(read(prompt('x', { params: zeros })).params).toEqual({ ...zeros, stop: [] });
  expect(read(prompt('x'))).toEqual({ messages: [user], context: {}, params: { stop: [] } });
});

it('takes as much as it says it takes', () => {
  const params = {
    temperature: 2,
    topP: 1,
    topK: 1000,
    maxTokens: 8192,
    stop: ['a', 'b', 'c', 'd'.repeat(64)],
  };
  expect(read(prompt('x'.repeat(131_072), { params })).params).toEqual(params);
  expect(read(chat(...Array.from({ length: 100 }, () => user))).messages).toHaveLength(100);
});

it.each<[string, Init, string]>([
  ['without input', {}, 'prompt or chat_messages'],
  ['with an empty prompt', prompt(' '), 'prompt'],
  ['with more than 128 KiB', prompt('x'.repeat(131_073)), 'input'],
  ['with more than 128 KiB of few letters', prompt('🐉'.repeat(32_769)), 'input'],
  ['without messages', chat(), 'chat_messages'],
  ['with too many messages', chat(...Array.from({ length: 101 }, () => user)), 'chat_messages'],
  ['with a message of nobody', chat(user, { content: 'x' }), 'chat_messages.messages[1].role'],
  ['with an unknown role', chat({ role: 9 as Role, content: 'x' }), 'messages[0].role'],
  ['with an empty message', chat({ role: Role.USER, content: '' }), 'messages[0].content'],
  ['with a model id of two words', prompt('x', { modelId: 'a b' }), 'model_id'],
  ['with too long a model id', prompt('x', { modelId: 'a'.repeat(129) }), 'model_id'],
  ['with too much context', prompt('x', { context: { text: 'x'.repeat(33_000) } }), 'context'],
])('refuses a request %s', (_, init, field) => {
  expect(() => read(init)).toThrowError(
    expect.objectContaining({ code: Code.INVALID_ARGUMENT, message: expect.stringContaining(field) }),
  );
});

it.each<[string, Params]>([
  ['temperature', { temperature: 2.1 }],
  ['temperature', { temperature: -0.1 }],
  ['temperature', { temperature: Number.NaN }],
  ['top_p', { topP: 1.5 }],
  ['max_tokens', { maxTokens: 0 }],
  ['max_tokens', { maxTokens: 8193 }],
  ['top_k', { topK: 1001 }],
  ['presence_penalty', { presencePenalty: -3 }],
  ['frequency_penalty', { frequencyPenalty: Number.POSITIVE_INFINITY }],
  ['stop', { stop: ['a', 'b', 'c', 'd', 'e'] }],
  ['stop', { stop: [''] }],
  ['stop', { stop: ['x'.repeat(65)] }],
])('names params.%s when it is out of range', (field, params) => {
  expect(() => read(prompt('x', { params }))).toThrowError(
    expect.objectContaining({
      ...{ code: Code.INVALID_ARGUMENT, message: expect.stringContaining(`params.${field}`) },
    }),
  );
});
