import { Role } from '../../gen/ai_integration_pb.js';
import type { Message, Provider, Wanted } from '../provider.ts';
import { completionFrom, piecesFrom } from './answer.ts';
import { type Endpoint, heard, post, readAll } from './http.ts';
import { unavailable } from './refusal.ts';
import { sseData } from './sse.ts';

/** Bytes of a stream: a token comes with some hundred others around it. */
const MOST_STREAM = 8 * 1024 * 1024;
/** Between two bytes of a stream; milliseconds. */
const SILENCE_MS = 30_000;

const ROLES: Record<Message['role'], string> = {
  [Role.SYSTEM]: 'system',
  [Role.USER]: 'user',
  [Role.ASSISTANT]: 'assistant',
  // The API takes a tool's answers only to calls that the model has made, and ours makes none.
  [Role.TOOL]: 'user',
};

/** A model behind OpenAI's chat completions API, whoever serves it: https://platform.openai.com/docs/api-reference/chat */
export function openAi(endpoint: Endpoint, silenceMs = SILENCE_MS): Provider {
  const { provider } = endpoint;
  return {
    // As far as a provider's word goes.
    isDeterministic: ({ params }) => params.temperature === 0,

    complete: async (wanted, signal) => {
      const response = await post(endpoint, bodyFor(endpoint, wanted), signal);
      const text = await readAll(provider, response, signal);
      return completionFrom(provider, text, wanted);
    },

    stream: async function* (wanted, signal) {
      const silence = new AbortController();
      const timer = setTimeout(() => silence.abort(unavailable(provider, 'has fallen silent')), silenceMs);
      const either = AbortSignal.any([signal, silence.signal]);
      try {
        const body = { ...bodyFor(endpoint, wanted), stream: true, stream_options: { include_usage: true } };
        const response = await post(endpoint, body, either);
        assertStream(provider, response);
        const bytes = heard(provider, response, either, {
          most: MOST_STREAM,
          onBytes: () => timer.refresh(),
        });
        yield* piecesFrom(provider, sseData(bytes), wanted);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function assertStream(provider: string, { headers, body }: Response): void {
  if (headers.get('content-type')?.startsWith('text/event-stream')) return;
  void body?.cancel();
  throw unavailable(provider, 'does not answer in parts');
}

function bodyFor({ model }: Endpoint, { messages, context, params }: Wanted) {
  const known = Object.keys(context).length > 0 ? [contextMessage(context)] : [];
  return {
    model,
    messages: [
      ...known,
      ...messages.map(({ role, content }) => ({
        role: ROLES[role],
        content: role === Role.TOOL ? `A tool says: ${content}` : content,
      })),
    ],
    temperature: params.temperature,
    top_p: params.topP,
    max_tokens: params.maxTokens,
    top_k: params.topK,
    presence_penalty: params.presencePenalty,
    frequency_penalty: params.frequencyPenalty,
    stop: params.stop.length > 0 ? params.stop : undefined,
    seed: params.seed,
  };
}

function contextMessage(context: Wanted['context']) {
  return { role: 'system', content: `What is known, as JSON: ${JSON.stringify(context)}` };
}
