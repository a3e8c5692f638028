import { Role } from '../../gen/ai_integration_pb.js';
import { Outage, Silence } from '../outage.ts';
import type { Message, Provider, Wanted } from '../provider.ts';
import { completionFrom, piecesFrom } from './answer.ts';
import { type Endpoint, heard, post, readAll } from './http.ts';
import { sseData } from './sse.ts';

/** Bytes of a stream: a token comes with some hundred others around it. */
const MOST_STREAM = 8 * 1024 * 1024;

const ROLES: Record<Message['role'], string> = {
  [Role.SYSTEM]: 'system',
  [Role.USER]: 'user',
  [Role.ASSISTANT]: 'assistant',
  // The API takes a tool's answers only to calls that the model has made, and ours makes none.
  [Role.TOOL]: 'user',
};

/**
 * A model behind OpenAI's chat completions API, whoever serves it: https://platform.openai.com/docs/api-reference/chat
 * @param silenceMs how long it may say nothing, and for a text in one piece that is all the time it has
 */
export function openAi(endpoint: Endpoint, silenceMs: number): Provider {
  const { provider } = endpoint;
  return {
    // As far as a provider's word goes.
    isDeterministic: ({ params }) => params.temperature === 0,

    complete: async (wanted, signal) => {
      const patience = patienceFor(provider, silenceMs, signal);
      try {
        const response = await post(endpoint, bodyFor(endpoint, wanted), patience.signal);
        return completionFrom(provider, await readAll(provider, response, patience.signal), wanted);
      } finally {
        patience.end();
      }
    },

    stream: async function* (wanted, signal) {
      const patience = patienceFor(provider, silenceMs, signal);
      try {
        const body = { ...bodyFor(endpoint, wanted), stream: true, stream_options: { include_usage: true } };
        const response = await post(endpoint, body, patience.signal);
        assertStream(provider, response);
        const limits = { most: MOST_STREAM, onBytes: patience.renew };
        yield* piecesFrom(provider, sseData(heard(provider, response, patience.signal, limits)), wanted);
      } finally {
        patience.end();
      }
    },
  };
}

/** @returns a signal that is aborted with the other one, and when nothing has renewed it for so long */
function patienceFor(provider: string, silenceMs: number, signal: AbortSignal) {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Silence(provider, silenceMs)), silenceMs);
  return {
    signal: AbortSignal.any([signal, silence.signal]),
    renew: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}

function assertStream(provider: string, { headers, body }: Response): void {
  if (headers.get('content-type')?.startsWith('text/event-stream')) return;
  void body?.cancel();
  throw new Outage(provider, 'does not answer in parts');
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
