import { randomUUID } from 'node:crypto';
import type { ModelInfo } from '../gen/model_mgmt_pb.js';
import type { Caller } from '../sdk/caller.ts';
import type { Events } from '../sdk/events.ts';
import type { RequestContext } from '../sdk/request-context.ts';
import { type Cache, cacheKey, type Generated } from './cache.ts';
import { ECHO, echo } from './echo.ts';
import type { Guards } from './guarded.ts';
import { joined } from './joined.ts';
import { countAgainstLimit } from './limit.ts';
import { modelOf } from './model.ts';
import { openAi } from './openai/provider.ts';
import type { Completion, Piece, Provider, Wanted } from './provider.ts';
import type { Providers } from './providers.ts';
import { countPrompt, countTokens } from './text.ts';
import type { UsageCounts } from './usage.ts';

export interface Inferences {
  /**
   * Finds the model, and the text where it is made already; else counts it against the user's limit.
   * @throws ServiceError
   */
  begin(modelId: string, wanted: Wanted, context: RequestContext): Promise<Inference>;
}

/** One text, about to be made: in one of the two ways, once. */
export interface Inference {
  generationId: string;
  modelId: string;
  fromCache: boolean;
  whole(signal: AbortSignal): Promise<Completion>;
  parts(signal: AbortSignal): AsyncIterable<Piece>;
}

export interface InferencesOptions {
  caller: Caller;
  providers: Providers;
  guards: Guards;
  cache: Cache;
  usage: UsageCounts;
  events: Events;
}

/** How long a provider may say nothing, and what we need to say so; milliseconds. */
const MOST_SILENCE_MS = 30_000;
const TO_ANSWER_MS = 500;

export function inferences(options: InferencesOptions): Inferences {
  const { caller, cache, usage } = options;
  return {
    begin: async (wantedId, wanted, context) => {
      const { log, meta } = context;
      const model = await modelOf(caller, wantedId, context);
      const { modelId } = model;
      const { provider, identity } = await providerOf(options, model, silenceFor(context));
      const key = provider.isDeterministic(wanted) ? cacheKey(identity, wanted) : undefined;
      const found = key && (await cache.get(key, log));
      if (found) {
        await usage.add(meta?.userId ?? '', { cached: 1 }, log);
        return remembered(found);
      }
      await countAgainstLimit(caller, context);
      const generationId = randomUUID();
      const finish = (completion: Completion) =>
        record(options, { ...completion, generationId, modelId }, key, context);
      return {
        ...{ generationId, modelId, fromCache: false },
        whole: async (signal) => {
          const completion = await provider.complete(wanted, signal);
          await finish(completion);
          return completion;
        },
        parts: (signal) =>
          followed(joined(provider.stream(wanted, signal)), finish, (text) =>
            // By our own measure: its provider has not counted it to the end.
            usage.add(
              meta?.userId ?? '',
              usageOf({ promptTokens: countPrompt(wanted), completionTokens: countTokens(text) }),
              log,
            ),
          ),
      };
    },
  };
}

/** Less than the caller has, so that it hears whose fault it is. */
function silenceFor({ remainingMs }: RequestContext): number {
  const left = remainingMs();
  return Math.min(MOST_SILENCE_MS, left - Math.min(TO_ANSWER_MS, left / 4));
}

/** @returns also everything that says which model it is, and where */
async function providerOf(
  { providers, guards }: InferencesOptions,
  { modelId, provider: name, metadata }: ModelInfo,
  silenceMs: number,
): Promise<{ provider: Provider; identity: Record<string, string> }> {
  if (modelId === ECHO) return { provider: echo, identity: { modelId } };
  const { baseUrl, apiKey } = await providers.accessTo(name);
  const model = metadata.upstream_model || modelId;
  const provider = guards.guard(
    { name, baseUrl },
    openAi({ provider: name, baseUrl, apiKey, model }, silenceMs),
  );
  return { provider, identity: { modelId, baseUrl, model } };
}

function remembered({ generationId, modelId, ...completion }: Generated): Inference {
  const { text, ...ended } = completion;
  return {
    ...{ generationId, modelId, fromCache: true },
    whole: async () => completion,
    parts: async function* () {
      yield { text };
      yield { ended };
    },
  };
}

/** The text is made already: nothing of this fails the request. */
async function record(
  { cache, usage, events }: InferencesOptions,
  generated: Generated,
  key: string | undefined,
  { meta, log }: RequestContext,
): Promise<void> {
  const { generationId, modelId, finishReason, promptTokens, completionTokens } = generated;
  const userId = meta?.userId ?? '';
  const payload = {
    ...{ generation_id: generationId, model_id: modelId, user_id: userId, finish_reason: finishReason },
    ...{ prompt_tokens: promptTokens, completion_tokens: completionTokens },
  };
  await Promise.all([
    usage.add(userId, usageOf(generated), log),
    key && cache.put(key, generated, log),
    events.announce('evt.ai.llm.generated.v1', { id: generationId, payload }, log),
  ]);
}

/** What comes, until it has ended. What was made until it broke off, or nobody listened any more, is paid for. */
async function* followed(
  pieces: AsyncIterable<Piece>,
  finish: (completion: Completion) => Promise<void>,
  leave: (text: string) => Promise<void>,
): AsyncGenerator<Piece> {
  let text = '';
  let done = false;
  try {
    for await (const piece of pieces) {
      if ('text' in piece) text += piece.text;
      else {
        done = true;
        await finish({ ...piece.ended, text });
      }
      yield piece;
    }
  } finally {
    if (!done && text !== '') await leave(text);
  }
}

function usageOf({ promptTokens, completionTokens }: { promptTokens: number; completionTokens: number }) {
  return { generations: 1, promptTokens, completionTokens };
}
